import type { PayoutFailed } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** The transfer did not arrive; `final` when no further one is tried. */
export class PayoutFailedEvent extends BaseDomainEvent<PayoutFailed> {
  static override readonly EVENT_NAME = 'payout.failed';
}
