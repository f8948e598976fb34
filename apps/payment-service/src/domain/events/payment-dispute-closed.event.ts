import type { PaymentDisputeClosed } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PaymentDisputeClosedEvent extends BaseDomainEvent<PaymentDisputeClosed> {
  static override readonly EVENT_NAME = 'payment.dispute_closed';
}
