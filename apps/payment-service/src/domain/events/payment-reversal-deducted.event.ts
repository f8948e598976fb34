import type { PaymentReversalDeducted } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PaymentReversalDeductedEvent extends BaseDomainEvent<PaymentReversalDeducted> {
  static override readonly EVENT_NAME = 'payment.reversal_deducted';
}
