import type { PayoutStatus } from '../../domain/aggregates/payout.state.ts';

export interface ListedPayout {
  readonly payoutId: string;
  readonly tutorId: string;
  readonly week: string;
  /** Minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly status: PayoutStatus;
  /** Why it is held; null when it is not. */
  readonly heldBecause: string | null;
  readonly scheduledAt: string;
}

export interface PayoutFilter {
  readonly tutorId?: string | undefined;
  readonly status?: PayoutStatus | undefined;
  readonly cursor?: string | undefined;
}

export interface PayoutPage {
  readonly items: readonly ListedPayout[];
  /** Cursor of the next page. */
  readonly next: string | null;
}

/** Payouts as the read model knows them: a moment behind. */
export abstract class PayoutList {
  /** At most 50, newest first. Throws InvalidCursor. */
  abstract page(filter: PayoutFilter): Promise<PayoutPage>;
  /** Payouts of a tutor that can still be held. */
  abstract unpaidOf(tutorId: string): Promise<string[]>;
}
