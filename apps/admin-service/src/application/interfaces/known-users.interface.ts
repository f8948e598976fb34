/** What this service keeps of users beside its aggregates. All calls inside a unit of work; until its end nobody else touches the same user. */
export abstract class KnownUsers {
  /** False: the user was erased, and nothing about this one is to be kept any more. */
  abstract hold(userId: string): Promise<boolean>;
  /** The user has become a tutor, so a profile should come. */
  abstract expectProfile(userId: string): Promise<void>;
  abstract expectNoProfile(userId: string): Promise<void>;
  /** For good. */
  abstract erase(userId: string): Promise<void>;
  /** How many users became tutors and have not submitted a profile yet. */
  abstract expectedProfiles(): Promise<number>;
}
