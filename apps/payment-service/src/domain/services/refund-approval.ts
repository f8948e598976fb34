import type { Settlement } from '../aggregates/payment.state.ts';
import type { PaymentRefundRequestedEvent } from '../events/payment-refund-requested.event.ts';

export type RefundSource = PaymentRefundRequestedEvent['payload']['source'];

/**
 * Whether a refund needs no second person: the policy asks for it, a second person has decided already, or it is small and the money is
 * still in escrow.
 */
export function approvesItself(
  { source, decided = false, amount }: { readonly source: RefundSource; readonly decided?: boolean; readonly amount: number },
  settlement: Settlement,
  limit: number,
): boolean {
  return source === 'policy' || decided || (amount <= limit && settlement === 'held');
}
