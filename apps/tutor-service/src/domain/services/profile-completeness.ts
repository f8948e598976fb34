import type { TutorProfileState } from '../entities/tutor-profile.state.ts';
import { QUALIFICATIONS, type TutorDocument } from '../value-objects/tutor-document.vo.ts';

const LEAST_BIO = 50;

/** What was rejected proves nothing. */
export function usableDocuments({ documents }: Pick<TutorProfileState, 'documents'>): readonly TutorDocument[] {
  return documents.filter(({ status }) => status !== 'rejected');
}

/** What a profile lacks to be submitted. */
export function missingIn(profile: TutorProfileState): string[] {
  const { bio, subjects, hourlyRate, availability } = profile;
  const types = usableDocuments(profile).map(({ type }) => type);
  const opens = availability.weekly.length > 0 || availability.exceptions.some((day) => 'slots' in day && day.slots.length > 0);
  const needs: readonly (readonly [string, boolean])[] = [
    ['bio', bio.length >= LEAST_BIO],
    ['subjects', subjects.length > 0],
    ['rate', hourlyRate !== null],
    ['availability', opens],
    ['identity_document', types.includes('identity')],
    ['qualification_document', types.some((type) => QUALIFICATIONS.includes(type))],
  ];
  return needs.flatMap(([name, met]) => (met ? [] : [name]));
}
