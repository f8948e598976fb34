import type { PaymentCancelled } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PaymentCancelledEvent extends BaseDomainEvent<PaymentCancelled> {
  static override readonly EVENT_NAME = 'payment.cancelled';
}
