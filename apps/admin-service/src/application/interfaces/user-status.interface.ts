import { DomainError } from '@edtech/shared-kernel/domain';

export interface StatusChange {
  readonly status: 'suspended' | 'active';
  readonly reason: string;
  readonly until?: string | undefined;
}

/** The status of a user, which user-service decides about. */
export abstract class UserStatus {
  /** In the name of the administrator whose bearer token it is. Throws UserServiceRefused, and what becomes 503 if there is no answer. */
  abstract change(userId: string, change: StatusChange, bearer: string): Promise<{ userId: string; status: string }>;
}

/** The code and the words of user-service. */
export class UserServiceRefused extends DomainError {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
