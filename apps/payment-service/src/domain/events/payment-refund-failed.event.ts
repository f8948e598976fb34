import type { PaymentRefundFailed } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PaymentRefundFailedEvent extends BaseDomainEvent<PaymentRefundFailed> {
  static override readonly EVENT_NAME = 'payment.refund_failed';
}
