import type { RecordedEvent } from '@edtech/shared-kernel/domain';

export abstract class UserHistory {
  /** Everything recorded about the user, newest first, in its newest shape. */
  abstract of(userId: string): Promise<RecordedEvent[]>;
}
