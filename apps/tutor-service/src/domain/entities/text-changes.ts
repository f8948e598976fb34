import { canonicalJson } from '@edtech/shared-kernel/domain';
import type { ProfileText, ProfileTextUpdate } from './tutor-profile.state.ts';

/** The fields that differ, with their new values as an event carries them. */
export function textChanges(current: ProfileText, update: ProfileTextUpdate) {
  const { headline, bio, subjects, languages, experienceLevel, yearsOfExperience, education } = update;
  const wanted = [
    { field: 'headline', to: headline },
    { field: 'bio', to: bio },
    { field: 'subjects', to: subjects?.map(({ code, level }) => ({ code, level })) },
    { field: 'languages', to: languages },
    { field: 'experienceLevel', to: experienceLevel },
    { field: 'yearsOfExperience', to: yearsOfExperience },
    { field: 'education', to: education?.map(({ institution, degree, year }) => ({ institution, degree, year })) },
  ] as const;
  return wanted.flatMap(({ field, to }) =>
    to === undefined || canonicalJson(current[field]) === canonicalJson(to) ? [] : [{ field, to }],
  );
}
