import type { PaymentRefunded } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** The provider has sent the money back. */
export class PaymentRefundedEvent extends BaseDomainEvent<PaymentRefunded> {
  static override readonly EVENT_NAME = 'payment.refunded';
}
