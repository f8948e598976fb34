import type { PaymentProviderMismatch } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** The provider reported what this payment cannot have gone through; a person decides who is right. */
export class PaymentProviderMismatchEvent extends BaseDomainEvent<PaymentProviderMismatch> {
  static override readonly EVENT_NAME = 'payment.provider_mismatch';
}
