import type { PaymentStatus, Settlement } from '../../domain/aggregates/payment.state.ts';
import type { Currency } from '../../domain/value-objects/money.vo.ts';

/** What lists know of a payment, after `streamVersion` events. Amounts are minor units of `currency`. */
export interface PaymentRow {
  readonly paymentId: string;
  readonly streamVersion: number;
  /** Null for payments of the time when none was named. */
  readonly bookingId: string | null;
  readonly studentId: string;
  readonly tutorId: string;
  readonly currency: Currency;
  readonly amount: number;
  readonly platformFee: number;
  readonly tutorEarnings: number;
  readonly status: PaymentStatus;
  readonly settlement: Settlement;
  /** Of the newest dispute. */
  readonly dispute: 'none' | 'open' | 'won' | 'lost';
  readonly refunded: number;
  /** What lost disputes have taken back. */
  readonly chargedBack: number;
  /** Asked for, and neither done nor rejected. */
  readonly openRefunds: number;
  /** Something is still to come: money, a lesson, a decision. */
  readonly isOpen: boolean;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

export interface PaymentFilter {
  /** Only payments in which this user pays or is paid. */
  readonly party?: string | undefined;
  readonly bookingId?: string | undefined;
  readonly student?: string | undefined;
  readonly tutor?: string | undefined;
  readonly status?: PaymentStatus | undefined;
  /** Of the creation, inclusive. */
  readonly from?: Date | undefined;
  /** Of the creation, exclusive. */
  readonly to?: Date | undefined;
}

/** A place in a list and how much of it. */
export interface Paging {
  readonly limit: number;
  /** Where a page before this one ended: its `next`. */
  readonly cursor?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export abstract class PaymentList {
  /**
   * Newest first. Following `next`, every payment that existed at the start and fits the filter all along appears exactly once. Throws
   * InvalidCursor for a cursor that was not given out for this filter.
   */
  abstract page(filter: PaymentFilter, paging: Paging): Promise<Page<PaymentRow>>;
}
