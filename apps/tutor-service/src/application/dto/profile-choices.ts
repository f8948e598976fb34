/** What callers may choose from. */
export { CURRENCIES, EXPERIENCE_LEVELS, MOST_LANGUAGES } from '../../domain/entities/tutor-profile.state.ts';
export { DOCUMENT_TYPES, MOST_DOCUMENT_BYTES } from '../../domain/value-objects/tutor-document.vo.ts';
export { MOST_SUBJECTS, SUBJECT_CODES, SUBJECT_LEVELS } from '../../domain/value-objects/subject.vo.ts';
