import type { PaymentReleased } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** What is left of the money leaves escrow: earnings to the tutor, fee to the platform. */
export class PaymentReleasedEvent extends BaseDomainEvent<PaymentReleased> {
  static override readonly EVENT_NAME = 'payment.released';
}
