import type { PaymentCreated } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** The student owes the price of a booking; what the platform keeps of it is settled for good. */
export class PaymentCreatedEvent extends BaseDomainEvent<PaymentCreated> {
  static override readonly EVENT_NAME = 'payment.created';
}
