import type { PayoutStarted } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** The provider has accepted a transfer, named by `providerRef`. */
export class PayoutStartedEvent extends BaseDomainEvent<PayoutStarted> {
  static override readonly EVENT_NAME = 'payout.started';
}
