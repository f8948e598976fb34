import type { PaymentDisputeOpened } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

/** The student's bank has taken the amount back until the dispute is closed. */
export class PaymentDisputeOpenedEvent extends BaseDomainEvent<PaymentDisputeOpened> {
  static override readonly EVENT_NAME = 'payment.dispute_opened';
}
