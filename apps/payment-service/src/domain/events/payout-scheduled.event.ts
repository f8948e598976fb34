import type { PayoutScheduled } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PayoutScheduledEvent extends BaseDomainEvent<PayoutScheduled> {
  static override readonly EVENT_NAME = 'payout.scheduled';
}
