import type { PaymentPayoutAssigned } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PaymentPayoutAssignedEvent extends BaseDomainEvent<PaymentPayoutAssigned> {
  static override readonly EVENT_NAME = 'payment.payout_assigned';
}
