import type { PaymentFailed } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** No further attempt is made. */
export class PaymentFailedEvent extends BaseDomainEvent<PaymentFailed> {
  static override readonly EVENT_NAME = 'payment.failed';
}
