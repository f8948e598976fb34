import type { TutorProfile } from '../../domain/entities/tutor-profile.entity.ts';

export abstract class TutorProfileRepository {
  /** Throws NotFound. */
  abstract get(tutorId: string): Promise<TutorProfile>;
  abstract find(tutorId: string): Promise<TutorProfile | undefined>;
  /** Writes state and events together. Throws ConcurrencyConflict; nothing happens without events. */
  abstract save(profile: TutorProfile): Promise<void>;
  /** Forgets the profile for good; its events stay in the log. Inside a unit of work. */
  abstract erase(tutorId: string): Promise<void>;
}
