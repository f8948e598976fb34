import type { Duty, Person, Role, UserCard } from '../../domain/value-objects/user-card.vo.ts';

/** What one event says; `version` is its place in the stream of the service that tells it. */
export interface UserNews {
  readonly userId: string;
  readonly version: number;
  readonly person?: Person;
  readonly role?: Role;
  readonly suspended?: boolean;
  readonly duties?: readonly Duty[];
  readonly tutorVerified?: boolean;
}

/** Inside a unit of work, until whose end a card that was changed is nobody else's. */
export abstract class UserCards {
  /** Takes over the groups for which the news is newer. The card of an erased user keeps no person. */
  abstract learn(news: UserNews): Promise<UserCard>;
  abstract erase(userId: string): Promise<void>;
  abstract find(userId: string): Promise<UserCard | undefined>;
}
