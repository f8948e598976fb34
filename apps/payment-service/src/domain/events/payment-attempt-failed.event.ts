import type { PaymentAttemptFailed } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** The student may try again; the payment stays as it was. */
export class PaymentAttemptFailedEvent extends BaseDomainEvent<PaymentAttemptFailed> {
  static override readonly EVENT_NAME = 'payment.attempt_failed';
}
