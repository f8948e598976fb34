import { stableId } from './stable-id.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The name of a reversal in a payout. A refund is named by its own id, a dispute, which the provider has named, by one made from it. */
export function deductionIdOf({ paymentId, reversalId }: { readonly paymentId: string; readonly reversalId: string }): string {
  return UUID.test(reversalId) ? reversalId : stableId('deduction', paymentId, reversalId);
}
