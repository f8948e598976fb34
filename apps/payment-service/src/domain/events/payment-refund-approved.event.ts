import type { PaymentRefundApproved } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** The provider may be asked for it from now on. */
export class PaymentRefundApprovedEvent extends BaseDomainEvent<PaymentRefundApproved> {
  static override readonly EVENT_NAME = 'payment.refund_approved';
}
