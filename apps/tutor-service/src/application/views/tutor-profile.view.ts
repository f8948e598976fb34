import type { TutorProfile } from '../../domain/entities/tutor-profile.entity.ts';
import type { ProfileStatus, TutorProfileState } from '../../domain/entities/tutor-profile.state.ts';
import { windowsFrom, type OpenWindow } from '../../domain/value-objects/availability.vo.ts';

type Shown =
  | 'displayName'
  | 'headline'
  | 'bio'
  | 'subjects'
  | 'languages'
  | 'hourlyRate'
  | 'currency'
  | 'experienceLevel'
  | 'yearsOfExperience'
  | 'education'
  | 'timezone'
  | 'availability';

/** What everybody may see. */
export interface PublicProfileView extends Pick<TutorProfileState, Shown> {
  readonly tutorId: string;
  /** The next seven days of the tutor's calendar as instants. */
  readonly nextWindows: readonly OpenWindow[];
}

/** What the tutor and other services may see. */
export interface TutorProfileView extends Pick<
  TutorProfileState,
  Shown | 'listed' | 'attempt' | 'suspension' | 'feedback' | 'documents'
> {
  readonly tutorId: string;
  readonly userId: string;
  readonly status: ProfileStatus;

  readonly streamVersion: number;
}

export function publicProfileView(profile: TutorProfile, now: Date): PublicProfileView {
  const { timezone, availability } = profile.state;
  return {
    tutorId: profile.id,
    ...shown(profile.state),
    nextWindows: timezone === null ? [] : windowsFrom(now, 7, timezone, availability),
  };
}

export function tutorProfileView(profile: TutorProfile): TutorProfileView {
  const { listed, attempt, suspension, feedback, documents } = profile.state;
  return {
    tutorId: profile.id,
    userId: profile.id,
    status: profile.status,
    ...shown(profile.state),
    listed,
    attempt,
    suspension,
    feedback,
    documents,
    streamVersion: profile.streamVersion,
  };
}

function shown(state: TutorProfileState): Pick<TutorProfileState, Shown> {
  const { displayName, headline, bio, subjects, languages, hourlyRate, currency } = state;
  const { experienceLevel, yearsOfExperience, education, timezone, availability } = state;
  return {
    displayName,
    headline,
    bio,
    subjects,
    languages,
    hourlyRate,
    currency,
    experienceLevel,
    yearsOfExperience,
    education,
    timezone,
    availability,
  };
}
