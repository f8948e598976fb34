import type { Currency } from '../value-objects/money.vo.ts';

export type PaymentStatus = 'pending' | 'authorized' | 'completed' | 'partially_refunded' | 'refunded' | 'failed' | 'cancelled';

/** Where captured money is: in escrow, or given to tutor and platform. */
export type Settlement = 'held' | 'released';

/** `failed`: the provider gave up on it. It is still owed, until a late success is recorded or a person rejects it. */
export type RefundStatus = 'requested' | 'approved' | 'failed' | 'rejected' | 'refunded';

export interface Refund {
  readonly refundId: string;
  readonly amount: number;
  readonly requestedBy: string;
  readonly needsApproval: boolean;
  readonly status: RefundStatus;
}

export interface Dispute {
  readonly disputeId: string;
  readonly amount: number;
  readonly status: 'open' | 'won' | 'lost';
}

/** Earnings that were reversed after a payout was given them: one later payout pays so much less. */
export interface Deduction {
  /** The refund or dispute. */
  readonly reversalId: string;
  readonly amount: number;
  /** The payout that pays less; null while none does. */
  readonly payoutId: string | null;
}

/** Everything there is to know of a payment, as plain data. Amounts are minor units of `currency`, instants ISO texts in UTC. */
export interface PaymentState {
  readonly id: string;
  readonly bookingId: string | null;
  readonly studentId: string;
  readonly tutorId: string;
  readonly amount: number;
  readonly currency: Currency;
  readonly commissionBps: number;
  readonly platformFee: number;
  readonly tutorEarnings: number;
  readonly status: PaymentStatus;
  readonly settlement: Settlement;
  readonly authorization: { readonly providerRef: string; readonly expiresAt: string } | null;
  /** The provider's name for the capture. */
  readonly capturedAs: string | null;
  readonly failedAttempts: number;
  readonly refunds: readonly Refund[];
  readonly totalRefunded: number;
  /** What lost disputes have taken back. */
  readonly totalChargedBack: number;
  readonly feeReversed: number;
  readonly earningsReversed: number;
  /** In the order they were opened. */
  readonly disputes: readonly Dispute[];
  readonly payoutId: string | null;
  /** What that payout pays for it. */
  readonly paidOut: number;
  readonly deductions: readonly Deduction[];
  /** Reports of the provider that were taken down and would count twice if they were taken down again. */
  readonly providerEvents: readonly string[];
}

/** Before the first event. */
export const NO_PAYMENT: PaymentState = {
  id: '',
  bookingId: null,
  studentId: '',
  tutorId: '',
  amount: 0,
  currency: 'USD',
  commissionBps: 0,
  platformFee: 0,
  tutorEarnings: 0,
  status: 'pending',
  settlement: 'held',
  authorization: null,
  capturedAs: null,
  failedAttempts: 0,
  refunds: [],
  totalRefunded: 0,
  totalChargedBack: 0,
  feeReversed: 0,
  earningsReversed: 0,
  disputes: [],
  payoutId: null,
  paidOut: 0,
  deductions: [],
  providerEvents: [],
};

/** What neither a refund nor a lost dispute has taken back. */
export function remaining({ amount, totalRefunded, totalChargedBack }: PaymentState): number {
  return amount - totalRefunded - totalChargedBack;
}

/** What reversals have left the tutor. */
export function earningsLeft({ tutorEarnings, earningsReversed }: PaymentState): number {
  return tutorEarnings - earningsReversed;
}

/** Asked for, and neither done nor rejected. */
export function isOpen({ status }: Refund): boolean {
  return status === 'requested' || status === 'approved' || status === 'failed';
}

/** What the open refunds will take back. */
export function pending({ refunds }: PaymentState): number {
  return refunds.filter(isOpen).reduce((sum, { amount }) => sum + amount, 0);
}

export function openDispute({ disputes }: PaymentState): Dispute | undefined {
  return disputes.find(({ status }) => status === 'open');
}

export function withRefund(state: PaymentState, refundId: string, status: RefundStatus): Pick<PaymentState, 'refunds'> {
  return { refunds: state.refunds.map((refund) => (refund.refundId === refundId ? { ...refund, status } : refund)) };
}
