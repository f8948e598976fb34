import type { Person, UserCard } from '../../domain/value-objects/user-card.vo.ts';

/** What one event says of a user. A group that it does not speak of is left out. */
export interface UserNews {
  readonly userId: string;
  /** Position of the event in the user's stream: each group keeps the newest. */
  readonly version: number;
  readonly person?: Person;
  readonly role?: string;
  /** The user is a tutor since this version. */
  readonly tutorSince?: number;
  readonly status?: string;
  readonly suspendedUntil?: string | undefined;
}

/**
 * One row per user, with a version for each group of fields. Every method but `find` runs inside a unit of work and holds the card until
 * it ends: whoever decides by a user's standing decides one after the other.
 */
export abstract class UserCards {
  /** Takes what is newer and answers the card. Repeating it changes nothing. */
  abstract learn(news: UserNews): Promise<UserCard>;
  /** Forgets the person, for ever. */
  abstract erase(userId: string): Promise<UserCard>;
  /** The listing has followed the deactivation of this version. */
  abstract unlisted(userId: string, version: number): Promise<void>;
  abstract hold(userId: string): Promise<UserCard | undefined>;
  abstract find(userId: string): Promise<UserCard | undefined>;
}
