import type { PaymentErasureConfirmed } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class PaymentErasureConfirmedEvent extends BaseDomainEvent<PaymentErasureConfirmed> {
  static override readonly EVENT_NAME = 'payment.erasure_confirmed';
}
