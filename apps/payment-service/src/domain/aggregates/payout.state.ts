import type { Currency } from '../value-objects/money.vo.ts';

export type PayoutStatus = 'scheduled' | 'processing' | 'paid' | 'failed' | 'held';

/** Everything there is to know of a payout, as plain data. The amount is in minor units of `currency`. */
export interface PayoutState {
  readonly id: string;
  readonly tutorId: string;
  readonly week: string;
  readonly amount: number;
  readonly currency: Currency;
  readonly paymentIds: readonly string[];
  /** Names of the reversals that it pays less for. */
  readonly deductions: readonly string[];
  readonly status: PayoutStatus;
  /** The references of the transfers that were asked for, by which the provider knows them; the last one last. */
  readonly transfers: readonly string[];
  /** Since it was scheduled or last let go. */
  readonly failures: number;
  /** Names of the decisions that let it go. */
  readonly decisions: readonly string[];
  /** The person who stopped it; null when the platform did. */
  readonly heldBy: string | null;
}

/** Before the first event. */
export const NO_PAYOUT: PayoutState = {
  id: '',
  tutorId: '',
  week: '',
  amount: 0,
  currency: 'USD',
  paymentIds: [],
  deductions: [],
  status: 'scheduled',
  transfers: [],
  failures: 0,
  decisions: [],
  heldBy: null,
};
