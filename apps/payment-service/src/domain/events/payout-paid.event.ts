import type { PayoutPaid } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PayoutPaidEvent extends BaseDomainEvent<PayoutPaid> {
  static override readonly EVENT_NAME = 'payout.paid';
}
