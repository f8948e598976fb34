import { TutorStanding } from './tutor-standing.vo.ts';

export interface Person {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}

interface UserCardFacts {
  readonly userId: string;
  /** Unknown until `user.created` came, and forgotten when the user is erased. */
  readonly person: Person | undefined;
  readonly role: string | undefined;
  readonly status: string | undefined;
  readonly suspendedUntil: string | undefined;
  readonly erased: boolean;
  /** Version of the user's stream since which the user is, or once was, a tutor. */
  readonly tutorSince: number | undefined;
  /** Version of the user's last deactivation. */
  readonly deactivatedAt: number | undefined;
  /** Version of the deactivation that the listing has followed. */
  readonly unlistedFor: number | undefined;
}

/**
 * What this service knows of a user of any role. It arrives in any order: every field is the newest, the least or the greatest of what
 * has come, so all orders lead to the same card.
 */
export class UserCard {
  constructor(readonly facts: UserCardFacts) {}

  get standing(): TutorStanding {
    return new TutorStanding(this.facts);
  }

  /** Whom a profile is for: somebody known who is or was a tutor. */
  get tutor(): Person | undefined {
    return this.facts.tutorSince === undefined ? undefined : this.facts.person;
  }

  /** The deactivation, while a tutor, that the listing still has to follow. */
  get unlistingDue(): number | undefined {
    const { deactivatedAt = 0, tutorSince = Infinity, unlistedFor = 0 } = this.facts;
    return deactivatedAt > tutorSince && deactivatedAt > unlistedFor ? deactivatedAt : undefined;
  }
}
