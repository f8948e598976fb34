import type { PayoutHeld } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PayoutHeldEvent extends BaseDomainEvent<PayoutHeld> {
  static override readonly EVENT_NAME = 'payout.held';
}
