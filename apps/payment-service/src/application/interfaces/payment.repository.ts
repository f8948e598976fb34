import type { Payment } from '../../domain/aggregates/payment.aggregate.ts';

/** Payments live in the event store alone. What is stored there stays stored, whatever becomes of a transaction around the call. */
export abstract class PaymentRepository {
  /** With everything that was acknowledged before the call. Throws NotFound. */
  abstract get(paymentId: string): Promise<Payment>;
  /** Stores a payment that is new. Throws ConcurrencyConflict when there is one of its id. */
  abstract add(payment: Payment): Promise<void>;
  /**
   * Decides on the newest state and stores what `decide` records, all or nothing; decides again when another writer was faster. Safe to repeat
   * when `decide` is. Throws NotFound and what `decide` throws.
   */
  abstract change<T>(paymentId: string, decide: (payment: Payment) => T): Promise<T>;
}
