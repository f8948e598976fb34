import type { Payout } from '../../domain/aggregates/payout.aggregate.ts';

/** Payouts live in the event store alone. What is stored there stays stored, whatever becomes of a transaction around the call. */
export abstract class PayoutRepository {
  /** With everything that was acknowledged before the call. Throws NotFound. */
  abstract get(payoutId: string): Promise<Payout>;
  /** Stores a payout that is new. Throws ConcurrencyConflict when there is one of its id. */
  abstract add(payout: Payout): Promise<void>;
  /**
   * Decides on the newest state and stores what `decide` records, all or nothing; decides again when another writer was faster. Safe to repeat
   * when `decide` is. Throws NotFound and what `decide` throws.
   */
  abstract change<T>(payoutId: string, decide: (payout: Payout) => T): Promise<T>;
}
