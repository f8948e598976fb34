import type { PayoutState } from '../../domain/aggregates/payout.state.ts';

/** In minor units of `currency`. */
export interface Earnings {
  readonly currency: string;
  /** In escrow: theirs once the lesson is settled. */
  readonly held: number;
  /** Theirs and not paid out yet; below zero when more was reversed than is left. */
  readonly available: number;
  readonly paid: number;
}

/** Ids of payments, and names of deductions. */
export type PayoutContents = Pick<PayoutState, 'paymentIds' | 'deductions'>;

/** What tutors have earned, as the read model knows it: a moment behind the payments. */
export abstract class TutorEarnings {
  /** By currency, in its order; with `asOf` as they were known at that instant. Nothing for a tutor without payments. */
  abstract of(tutorId: string, asOf?: Date): Promise<Earnings[]>;
  /**
   * What is released and in no payout, less what was reversed after a payout and is not deducted. What `payout` has is left out also when the read
   * model does not know of the payout yet.
   */
  abstract openBalance(tutorId: string, currency: string, payout?: PayoutContents): Promise<number>;
}
