import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import type { PaymentState } from '../../domain/aggregates/payment.state.ts';

/** The payment as it was after `streamVersion` events. */
export interface PaymentAt {
  readonly state: PaymentState;
  readonly streamVersion: number;
  /** Of the newest event in it. */
  readonly recordedAt: string;
}

/** One field that differs; a missing side means that the field was not there. */
export interface FieldChange {
  /** Names and indexes from the outside in, joined by dots: `refunds.0.status`. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What happened, who did it and why, and what it changed. */
export interface HistoryEntry extends Omit<
  RecordedEvent,
  'schemaVersion' | 'aggregateType' | 'aggregateId' | 'userId' | 'traceparent' | 'payload'
> {
  readonly changed: readonly FieldChange[];
}

/** A version, or what was recorded by an instant (inclusive). */
export type PointInHistory = { readonly version: number } | { readonly asOf: Date };

/** Payments as the event store has them, with everything that was acknowledged before the call. */
export abstract class PaymentHistory {
  /** Throws NotFound. */
  abstract current(paymentId: string): Promise<PaymentAt>;
  /** Throws NotFound before the first event, VersionAhead beyond the last. */
  abstract at(paymentId: string, point: PointInHistory): Promise<PaymentAt>;
  /** Oldest first. Throws NotFound. */
  abstract historyOf(paymentId: string): Promise<readonly HistoryEntry[]>;
  /** What is different at `to`. Throws as `at`. */
  abstract diff(paymentId: string, from: number, to: number): Promise<readonly FieldChange[]>;
}
