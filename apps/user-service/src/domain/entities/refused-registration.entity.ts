import { AggregateRoot, type When } from '@edtech/shared-kernel/domain';
import { UserCreationFailedEvent } from '../events/user-creation-failed.event.ts';

/** A registration that can never become a user: the only thing that is known of its id. */
export class RefusedRegistration extends AggregateRoot<typeof UserCreationFailedEvent> {
  static override readonly AGGREGATE_TYPE = 'User';
  #id = '';
  #reason = '';

  /** `reason` is the code of the rule that refused it. */
  static because(userId: string, reason: string): RefusedRegistration {
    const refused = new RefusedRegistration();
    refused.record(new UserCreationFailedEvent({ userId, reason }));
    return refused;
  }

  get id(): string {
    return this.#id;
  }
  get reason(): string {
    return this.#reason;
  }

  protected readonly when: When<typeof UserCreationFailedEvent> = {
    'user.creation_failed': ({ userId, reason }) => {
      this.#id = userId;
      this.#reason = reason;
    },
  };
}
