import type { PaymentRefundRequested } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PaymentRefundRequestedEvent extends BaseDomainEvent<PaymentRefundRequested> {
  static override readonly EVENT_NAME = 'payment.refund_requested';
}
