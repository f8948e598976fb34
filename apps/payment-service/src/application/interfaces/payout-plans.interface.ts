import type { Currency } from '../../domain/value-objects/money.vo.ts';

/** What a payout is to be made of. It never changes, so whoever carries it out, and how often, comes to the same payout. */
export interface PayoutPlan {
  /** Follows from tutor, week and currency. */
  readonly payoutId: string;
  readonly tutorId: string;
  readonly week: string;
  readonly currency: Currency;
  readonly paymentIds: readonly string[];
  readonly reversals: readonly PlannedDeduction[];
}

interface PlannedDeduction {
  readonly paymentId: string;
  readonly reversalId: string;
  /** The reversal's name in the payout: a UUID. */
  readonly deductionId: string;
  readonly amount: number;
}

/** The weekly decision of who is to be paid, made once. */
export abstract class PayoutPlans {
  /**
   * Plans a payout for every tutor and currency whose balance reaches `minimum`, all in one transaction and once for each week. False, and
   * nothing planned, while the read model lacks anything that was recorded before `dueAt`.
   */
  abstract planWeek(week: { readonly week: string; readonly dueAt: Date }, minimum: number): Promise<boolean>;
  /** Plans that are not carried out to their end. */
  abstract unfinished(): Promise<PayoutPlan[]>;
  abstract finish(payoutId: string): Promise<void>;
}
