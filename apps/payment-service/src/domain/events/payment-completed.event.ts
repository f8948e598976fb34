import type { PaymentCompleted } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** The money is captured and in escrow. */
export class PaymentCompletedEvent extends BaseDomainEvent<PaymentCompleted> {
  static override readonly EVENT_NAME = 'payment.completed';
}
