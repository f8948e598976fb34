import type { PaymentRefundRejected } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PaymentRefundRejectedEvent extends BaseDomainEvent<PaymentRefundRejected> {
  static override readonly EVENT_NAME = 'payment.refund_rejected';
}
