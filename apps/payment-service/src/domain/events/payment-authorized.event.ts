import type { PaymentAuthorized } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PaymentAuthorizedEvent extends BaseDomainEvent<PaymentAuthorized> {
  static override readonly EVENT_NAME = 'payment.authorized';
}
