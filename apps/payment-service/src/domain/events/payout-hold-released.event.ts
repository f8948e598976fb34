import type { PayoutHoldReleased } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PayoutHoldReleasedEvent extends BaseDomainEvent<PayoutHoldReleased> {
  static override readonly EVENT_NAME = 'payout.hold_released';
}
