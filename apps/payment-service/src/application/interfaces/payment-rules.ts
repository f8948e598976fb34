/** What the platform has decided about money. Amounts are minor units of the currency in question. */
export abstract class PaymentRules {
  /** The platform's share of a lesson; a payment keeps the one it was created with. */
  abstract readonly commissionBps: number;
  abstract readonly trialCommissionBps: number;
  /** Up to this amount a refund of money that is not released yet needs no second person. */
  abstract readonly autoApproveLimit: number;
  /** A smaller balance waits for the next week. */
  abstract readonly payoutMinimum: number;
  /** Day (1 is Monday) and hour of the weekly payouts, in UTC. */
  abstract readonly payoutSchedule: { readonly day: number; readonly hour: number };
}
