import { EventSourcedAggregate, type HistoricalEvent, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import { InvalidAmount } from '../errors/money.errors.ts';
import {
  AlreadyAssigned,
  AlreadyDeducted,
  AlreadyOpen,
  AmountExceedsRemaining,
  ApprovalRequired,
  AttemptsExhausted,
  DisputeOpen,
  Frozen,
  InvalidState,
  NotOpen,
  SamePerson,
  UnknownDeduction,
  UnknownRefund,
  UseRefund,
} from '../errors/payment.errors.ts';
import { PaymentAttemptFailedEvent } from '../events/payment-attempt-failed.event.ts';
import { PaymentAuthorizedEvent } from '../events/payment-authorized.event.ts';
import { PaymentCancelledEvent } from '../events/payment-cancelled.event.ts';
import { PaymentCompletedEvent } from '../events/payment-completed.event.ts';
import { PaymentCreatedEvent } from '../events/payment-created.event.ts';
import { PaymentDisputeClosedEvent } from '../events/payment-dispute-closed.event.ts';
import { PaymentDisputeOpenedEvent } from '../events/payment-dispute-opened.event.ts';
import { PaymentFailedEvent } from '../events/payment-failed.event.ts';
import { PaymentPayoutAssignedEvent } from '../events/payment-payout-assigned.event.ts';
import { PaymentProviderMismatchEvent } from '../events/payment-provider-mismatch.event.ts';
import { PaymentRefundApprovedEvent } from '../events/payment-refund-approved.event.ts';
import { PaymentRefundFailedEvent } from '../events/payment-refund-failed.event.ts';
import { PaymentRefundRejectedEvent } from '../events/payment-refund-rejected.event.ts';
import { PaymentRefundRequestedEvent } from '../events/payment-refund-requested.event.ts';
import { PaymentRefundedEvent } from '../events/payment-refunded.event.ts';
import { PaymentReleasedEvent } from '../events/payment-released.event.ts';
import { PaymentReversalDeductedEvent } from '../events/payment-reversal-deducted.event.ts';
import { approvesItself } from '../services/refund-approval.ts';
import { Money, reversal, type Split } from '../value-objects/money.vo.ts';
import type {
  Capture,
  Decline,
  Mismatch,
  NewPayment,
  OpenedDispute,
  RefundApproval,
  RefundFailure,
  RefundRejection,
  RefundRequest,
} from './payment.commands.ts';
import {
  earningsLeft,
  isOpen,
  NO_PAYMENT,
  openDispute,
  pending,
  remaining,
  withRefund,
  type PaymentState,
  type PaymentStatus,
  type Refund,
  type Settlement,
} from './payment.state.ts';

const MOST_ATTEMPTS = 3;
/** Requests the refund of money that came too late. */
const LATE_PAYMENTS = 'system:late-payments';

export type PaymentEvents =
  | typeof PaymentCreatedEvent
  | typeof PaymentAuthorizedEvent
  | typeof PaymentCompletedEvent
  | typeof PaymentAttemptFailedEvent
  | typeof PaymentFailedEvent
  | typeof PaymentCancelledEvent
  | typeof PaymentRefundRequestedEvent
  | typeof PaymentRefundApprovedEvent
  | typeof PaymentRefundRejectedEvent
  | typeof PaymentRefundedEvent
  | typeof PaymentRefundFailedEvent
  | typeof PaymentDisputeOpenedEvent
  | typeof PaymentDisputeClosedEvent
  | typeof PaymentReleasedEvent
  | typeof PaymentProviderMismatchEvent
  | typeof PaymentPayoutAssignedEvent
  | typeof PaymentReversalDeductedEvent;

/**
 * The payment of one lesson: `pending → [authorized] → completed → partially_refunded → refunded`, or
 * `pending | authorized → failed | cancelled`. Beside that the money is `held` until it is `released`, and may be disputed.
 *
 * A method decides and records; a repeat of what is recorded already records nothing. The order in which the provider reports is not
 * trusted: what a report cannot change is recorded as `payment.provider_mismatch`, for a person to look at, and changes nothing.
 */
export class Payment extends EventSourcedAggregate<PaymentEvents, PaymentState> {
  static override readonly AGGREGATE_TYPE = 'Payment';
  protected override readonly beginsWith = 'payment.created';
  protected override state = NO_PAYMENT;

  protected override readonly when: When<PaymentEvents> = {
    'payment.created': ({ paymentId, ...rest }) => {
      this.state = { ...NO_PAYMENT, ...rest, id: paymentId };
    },
    'payment.authorized': ({ providerRef, expiresAt }) =>
      this.#set({ status: 'authorized', authorization: { providerRef, expiresAt } }),
    'payment.completed': ({ providerRef }) => this.#set({ status: 'completed', capturedAs: providerRef }),
    'payment.attempt_failed': ({ attempt, providerEventId }) =>
      this.#set({ failedAttempts: attempt, ...this.#seen(providerEventId) }),
    'payment.failed': ({ providerEventId }) =>
      this.#set({ status: 'failed', failedAttempts: this.state.failedAttempts + 1, ...this.#seen(providerEventId) }),
    'payment.cancelled': () => this.#set({ status: 'cancelled' }),
    'payment.refund_requested': ({ refundId, amount, requestedBy, needsApproval }) =>
      this.#set({ refunds: [...this.state.refunds, { refundId, amount, requestedBy, needsApproval, status: 'requested' }] }),
    'payment.refund_approved': ({ refundId }) => this.#set(withRefund(this.state, refundId, 'approved')),
    'payment.refund_rejected': ({ refundId }) => this.#set(withRefund(this.state, refundId, 'rejected')),
    'payment.refunded': ({ refundId, totalRefunded, full, feeReversed, earningsReversed }) =>
      this.#set({
        status: full ? 'refunded' : 'partially_refunded',
        totalRefunded,
        ...withRefund(this.state, refundId, 'refunded'),
        ...this.#reversed(refundId, feeReversed, earningsReversed),
      }),
    'payment.refund_failed': ({ refundId, retryable, providerEventId }) =>
      this.#set({ ...withRefund(this.state, refundId, retryable ? 'approved' : 'failed'), ...this.#seen(providerEventId) }),
    'payment.dispute_opened': ({ disputeId, amount }) =>
      this.#set({ disputes: [...this.state.disputes, { disputeId, amount, status: 'open' }] }),
    'payment.dispute_closed': ({ disputeId, outcome, amount, feeReversed, earningsReversed }) =>
      this.#set({
        disputes: this.state.disputes.map((dispute) =>
          dispute.disputeId === disputeId ? { ...dispute, status: outcome } : dispute,
        ),
        totalChargedBack: this.state.totalChargedBack + (outcome === 'lost' ? amount : 0),
        ...this.#reversed(disputeId, feeReversed, earningsReversed),
      }),
    'payment.released': () => this.#set({ settlement: 'released' }),
    'payment.provider_mismatch': ({ providerEventId }) => this.#set(this.#seen(providerEventId)),
    'payment.payout_assigned': ({ payoutId }) => this.#set({ payoutId, paidOut: earningsLeft(this.state) }),
    'payment.reversal_deducted': ({ reversalId, payoutId }) =>
      this.#set({
        deductions: this.state.deductions.map((known) => (known.reversalId === reversalId ? { ...known, payoutId } : known)),
      }),
  };

  private constructor() {
    super();
  }

  /**
   * The fee is settled here and for good. Throws InvalidAmount for a price of nothing. That a booking has one payment is for the caller to
   * see to: with a `paymentId` that follows from the `bookingId`, a second stream cannot begin.
   */
  static create({ paymentId, bookingId, studentId, tutorId, price, commissionBps }: NewPayment): Payment {
    if (price.amount === 0) throw new InvalidAmount(0, 'a price of 1 or more');
    const { fee, earnings } = price.split(commissionBps);
    const payment = new Payment();
    payment.record(
      new PaymentCreatedEvent({
        paymentId,
        bookingId,
        studentId,
        tutorId,
        amount: price.amount,
        currency: price.currency,
        commissionBps,
        platformFee: fee,
        tutorEarnings: earnings,
      }),
    );
    return payment;
  }

  /** The payment that a whole history leads to, ready for commands. Throws BrokenHistory and UnknownEvent. */
  static fromHistory(events: Iterable<HistoricalEvent>): Payment {
    return new Payment().replay(events);
  }

  /** Goes on from a snapshot taken at `position` with the events after it. Throws BrokenHistory and UnknownEvent. */
  static fromSnapshot(state: PaymentState, position: StreamPosition, tail: Iterable<HistoricalEvent>): Payment {
    return new Payment().restore(state, position).replay(tail);
  }

  get id(): string {
    return this.state.id;
  }
  override get subject(): string {
    return this.state.studentId;
  }
  get price(): Money {
    return Money.of(this.state.amount, this.state.currency);
  }
  get status(): PaymentStatus {
    return this.state.status;
  }
  get settlement(): Settlement {
    return this.state.settlement;
  }
  get studentId(): string {
    return this.state.studentId;
  }
  /** What is neither refunded nor about to be, nor lost in a dispute; 0 before the capture. */
  get refundable(): number {
    return this.#isCaptured ? Math.max(remaining(this.state) - pending(this.state), 0) : 0;
  }
  /** Pending or authorized: the money may still come, and is not late then. */
  get awaitsMoney(): boolean {
    return this.status === 'pending' || this.status === 'authorized';
  }

  refund(refundId: string): Refund | undefined {
    return this.state.refunds.find((refund) => refund.refundId === refundId);
  }

  /** Asked before the provider is: throws AttemptsExhausted after the third failure, InvalidState when nothing is left to pay. */
  expectAttempt(): void {
    if (this.awaitsMoney) return;
    if (this.status === 'failed' && this.state.failedAttempts >= MOST_ATTEMPTS) {
      throw new AttemptsExhausted(this.id, this.state.failedAttempts);
    }
    throw this.#invalid('attempt it', 'only a pending payment is waiting for money');
  }

  /** Throws InvalidState unless the payment is pending. */
  authorize({ providerRef, expiresAt }: { readonly providerRef: string; readonly expiresAt: Date }): void {
    if (this.state.authorization?.providerRef === providerRef) return;
    if (this.status !== 'pending') throw this.#invalid('authorize it', 'only a pending payment can be authorized');
    this.record(new PaymentAuthorizedEvent({ paymentId: this.id, providerRef, expiresAt: expiresAt.toISOString() }));
  }

  /**
   * The provider has captured the money. Money for a payment that failed or was cancelled is real: it is taken into the books, and its full
   * refund is requested in the same decision. Another amount, or a second capture, is a mismatch.
   */
  complete({ providerRef, providerEventId, price }: Capture): void {
    if (!this.price.equals(price)) {
      return this.recordMismatch({ providerEventId, expected: `${this.price}`, actual: `${price.amount} ${price.currency}` });
    }
    if (this.state.capturedAs === providerRef) return;
    if (this.state.capturedAs !== null) {
      return this.recordMismatch({
        providerEventId,
        expected: `captured as ${this.state.capturedAs}`,
        actual: `captured as ${providerRef}`,
      });
    }
    const late = !this.awaitsMoney;
    const { bookingId, studentId, tutorId, amount, currency, platformFee, tutorEarnings } = this.state;
    const parties = { paymentId: this.id, bookingId, studentId, tutorId };
    this.record(new PaymentCompletedEvent({ ...parties, amount, currency, platformFee, tutorEarnings, providerRef, late }));
    if (late) {
      const refundId = bookingId ?? this.id;
      this.#request({ refundId, amount, reason: 'paid too late', requestedBy: LATE_PAYMENTS, source: 'policy' }, false);
    }
  }

  /** The student may try again, three times in all. Of captured money it is a mismatch; of a payment that has ended it is no news. */
  recordFailedAttempt({ providerEventId, code }: Decline): void {
    const attempt = this.state.failedAttempts + 1;
    if (attempt >= MOST_ATTEMPTS) return this.fail({ providerEventId, code });
    if (this.#isNews({ providerEventId, code })) {
      this.record(new PaymentAttemptFailedEvent({ paymentId: this.id, attempt, code, providerEventId }));
    }
  }

  /** The provider has declined for good. Of captured money it is a mismatch; of a payment that has ended it is no news. */
  fail({ providerEventId, code }: Decline): void {
    if (!this.#isNews({ providerEventId, code })) return;
    this.record(new PaymentFailedEvent({ paymentId: this.id, bookingId: this.state.bookingId, code, providerEventId }));
  }

  /** Nothing for a payment that has ended without money. Throws UseRefund for captured money. */
  cancel(reason: string): void {
    if (this.#isCaptured) throw new UseRefund(this.id);
    if (!this.awaitsMoney) return;
    this.record(new PaymentCancelledEvent({ paymentId: this.id, bookingId: this.state.bookingId, reason }));
  }

  /**
   * Nothing for a refund of the same id. `autoApproveLimit`: up to this amount a refund of held money needs no second person.
   * Throws InvalidState, DisputeOpen, InvalidAmount, AmountExceedsRemaining.
   */
  requestRefund(request: RefundRequest, { autoApproveLimit }: { readonly autoApproveLimit: number }): void {
    if (this.refund(request.refundId) !== undefined) return;
    if (this.status !== 'completed' && this.status !== 'partially_refunded') {
      throw this.#invalid('refund it', 'only money that is captured and not refunded yet can go back');
    }
    this.#mustBeUndisputed();
    if (Money.of(request.amount, this.state.currency).amount === 0) throw new InvalidAmount(0, 'an amount of 1 or more');
    const free = remaining(this.state) - pending(this.state);
    if (request.amount > free) throw new AmountExceedsRemaining(this.id, request.amount, Math.max(free, 0));
    this.#request(request, !approvesItself(request, this.settlement, autoApproveLimit));
  }

  /**
   * Nothing for a refund that is approved already.
   * Throws UnknownRefund, InvalidState, DisputeOpen, AmountExceedsRemaining, ApprovalRequired, SamePerson.
   */
  approveRefund({ refundId, by, auto }: RefundApproval): void {
    const refund = this.#knownRefund(refundId);
    if (refund.status === 'rejected') throw this.#invalidRefund(refund, 'approve it', 'request a new refund');
    if (refund.status !== 'requested') return;
    this.#mustBeUndisputed();
    const left = remaining(this.state);
    if (refund.amount > left) throw new AmountExceedsRemaining(this.id, refund.amount, left);
    if (auto && refund.needsApproval) throw new ApprovalRequired(this.id, refundId);
    if (!auto && by === refund.requestedBy) throw new SamePerson(this.id, refundId);
    this.record(new PaymentRefundApprovedEvent({ paymentId: this.id, refundId, by, auto }));
  }

  /** Also of one that the provider gave up on. Nothing for a rejected refund. Throws UnknownRefund, InvalidState, SamePerson. */
  rejectRefund({ refundId, by, reason }: RefundRejection): void {
    const refund = this.#knownRefund(refundId);
    if (refund.status === 'rejected') return;
    if (refund.status !== 'requested' && refund.status !== 'failed') {
      throw this.#invalidRefund(refund, 'reject it', 'the money may be on its way; ask the provider');
    }
    if (by === refund.requestedBy) throw new SamePerson(this.id, refundId);
    this.record(new PaymentRefundRejectedEvent({ paymentId: this.id, refundId, by, reason }));
  }

  /**
   * The provider has sent the money back. It counts even while a dispute is open, because it was on its way; what the disputed amount does
   * not leave room for is a mismatch. Throws UnknownRefund, and InvalidState for a refund that nobody has approved.
   */
  recordRefund({ refundId, providerRef }: { readonly refundId: string; readonly providerRef: string }): void {
    const refund = this.#knownRefund(refundId);
    if (refund.status === 'refunded') return;
    this.#mustBeApproved(refund, 'record it');
    const { amount } = refund;
    const left = remaining(this.state) - (openDispute(this.state)?.amount ?? 0);
    if (amount > left) {
      const expected = `at most ${left} ${this.state.currency} refunded`;
      return this.recordMismatch({ providerEventId: providerRef, expected, actual: `${amount} ${this.state.currency}` });
    }
    const { bookingId, currency } = this.state;
    const totalRefunded = this.state.totalRefunded + amount;
    const { fee, earnings } = this.#reversalOf(amount);
    this.record(
      new PaymentRefundedEvent({
        paymentId: this.id,
        bookingId,
        refundId,
        amount,
        currency,
        totalRefunded,
        full: totalRefunded === this.state.amount,
        feeReversed: fee,
        earningsReversed: earnings,
        settlement: this.settlement,
        providerRef,
      }),
    );
  }

  /**
   * What the provider gave up on stays owed until a late success is recorded or a person rejects it. Of a refund that was recorded it is a
   * mismatch. Throws UnknownRefund, and InvalidState for one that nobody has approved.
   */
  recordRefundFailure({ refundId, providerEventId, code, retryable }: RefundFailure): void {
    const refund = this.#knownRefund(refundId);
    if (this.#hasSeen(providerEventId) || refund.status === 'failed') return;
    if (refund.status === 'refunded') {
      return this.recordMismatch({ providerEventId, expected: `refund ${refundId} done`, actual: `failed (${code})` });
    }
    this.#mustBeApproved(refund, 'record its failure');
    this.record(new PaymentRefundFailedEvent({ paymentId: this.id, refundId, code, retryable, providerEventId }));
  }

  /**
   * The student's bank has taken the amount back for now. Of money that is not here it is a mismatch, as is more than is left. Nothing for a
   * dispute that was opened before. Throws AlreadyOpen beside another one.
   */
  openDispute({ disputeId, amount, reasonCode, evidenceDueAt, providerEventId }: OpenedDispute): void {
    if (this.state.disputes.some((known) => known.disputeId === disputeId)) return;
    const other = openDispute(this.state);
    if (other !== undefined) throw new AlreadyOpen(this.id, other.disputeId);
    const { bookingId, currency } = this.state;
    const left = this.#isCaptured ? remaining(this.state) : 0;
    if (amount.currency !== currency || amount.amount > left || amount.amount === 0) {
      const actual = `${amount.amount} ${amount.currency}`;
      return this.recordMismatch({ providerEventId, expected: `at most ${left} ${currency} disputed`, actual });
    }
    this.record(
      new PaymentDisputeOpenedEvent({
        paymentId: this.id,
        bookingId,
        disputeId,
        amount: amount.amount,
        currency,
        reasonCode,
        evidenceDueAt: evidenceDueAt.toISOString(),
      }),
    );
  }

  /** `lost`: the amount is gone, and fee and earnings with it. Nothing for a dispute that was closed so before. Throws NotOpen. */
  closeDispute({ disputeId, outcome }: { readonly disputeId: string; readonly outcome: 'won' | 'lost' }): void {
    const dispute = this.state.disputes.find((known) => known.disputeId === disputeId);
    if (dispute?.status === outcome) return;
    if (dispute?.status !== 'open') throw new NotOpen(this.id, disputeId);
    const { bookingId, currency } = this.state;
    const { fee, earnings } = outcome === 'lost' ? this.#reversalOf(dispute.amount) : { fee: 0, earnings: 0 };
    this.record(
      new PaymentDisputeClosedEvent({
        paymentId: this.id,
        bookingId,
        disputeId,
        outcome,
        amount: dispute.amount,
        currency,
        feeReversed: fee,
        earningsReversed: earnings,
        settlement: this.settlement,
      }),
    );
  }

  /** Once the booking is settled. Nothing when it is released or nothing is left. Throws InvalidState before the capture, Frozen. */
  releaseFunds(): void {
    if (this.settlement === 'released') return;
    if (!this.#isCaptured) throw this.#invalid('release the money', 'there is none before it is captured');
    if (remaining(this.state) === 0) return;
    const dispute = openDispute(this.state);
    if (dispute !== undefined) throw new Frozen(this.id, `dispute ${dispute.disputeId}`);
    const refund = this.state.refunds.find(isOpen);
    if (refund !== undefined) throw new Frozen(this.id, `refund ${refund.refundId}`);
    const { bookingId, tutorId, currency, platformFee, feeReversed } = this.state;
    const parties = { paymentId: this.id, bookingId, tutorId };
    const amount = earningsLeft(this.state);
    this.record(new PaymentReleasedEvent({ ...parties, currency, amount, fee: platformFee - feeReversed }));
  }

  /**
   * The payout pays what the tutor has left of it at this moment; what is reversed later is deducted from later payouts. Nothing for the same
   * payout. Throws InvalidState before the release, AlreadyAssigned.
   */
  assignToPayout(payoutId: string): void {
    if (this.state.payoutId === payoutId) return;
    if (this.state.payoutId !== null) throw new AlreadyAssigned(this.id, this.state.payoutId);
    if (this.settlement !== 'released') throw this.#invalid('pay the tutor', 'release the money first');
    this.record(new PaymentPayoutAssignedEvent({ paymentId: this.id, payoutId }));
  }

  /** The payout pays so much less. Nothing for the same payout. Throws UnknownDeduction, AlreadyDeducted. */
  deductReversal({ reversalId, payoutId }: { readonly reversalId: string; readonly payoutId: string }): void {
    const known = this.state.deductions.find((deduction) => deduction.reversalId === reversalId);
    if (known === undefined) throw new UnknownDeduction(this.id, reversalId);
    if (known.payoutId === payoutId) return;
    if (known.payoutId !== null) throw new AlreadyDeducted(this.id, reversalId, known.payoutId);
    this.record(new PaymentReversalDeductedEvent({ paymentId: this.id, reversalId, payoutId, amount: known.amount }));
  }

  /** Nothing for a report that is taken down already. */
  recordMismatch({ providerEventId, expected, actual }: Mismatch): void {
    if (this.#hasSeen(providerEventId)) return;
    this.record(new PaymentProviderMismatchEvent({ paymentId: this.id, providerEventId, expected, actual }));
  }

  get #isCaptured(): boolean {
    return this.state.capturedAs !== null;
  }

  /** Whether a decline changes anything; one of captured money is recorded as a mismatch. */
  #isNews({ providerEventId, code }: Decline): boolean {
    if (this.#isCaptured) this.recordMismatch({ providerEventId, expected: this.status, actual: `failed (${code})` });
    return this.awaitsMoney && !this.#hasSeen(providerEventId);
  }

  #hasSeen(providerEventId: string): boolean {
    return this.state.providerEvents.includes(providerEventId);
  }

  #seen(providerEventId: string): Pick<PaymentState, 'providerEvents'> {
    return { providerEvents: [...this.state.providerEvents, providerEventId] };
  }

  /** What was given to a payout before cannot be taken out of it: it is owed. */
  #reversed(
    reversalId: string,
    fee: number,
    earnings: number,
  ): Pick<PaymentState, 'feeReversed' | 'earningsReversed' | 'deductions'> {
    const { feeReversed, earningsReversed, payoutId, deductions } = this.state;
    const owed = payoutId === null || earnings === 0 ? [] : [{ reversalId, amount: earnings, payoutId: null }];
    return {
      feeReversed: feeReversed + fee,
      earningsReversed: earningsReversed + earnings,
      deductions: [...deductions, ...owed],
    };
  }

  #reversalOf(amount: number): Split {
    const { platformFee, tutorEarnings, totalRefunded, totalChargedBack } = this.state;
    return reversal({ fee: platformFee, earnings: tutorEarnings }, totalRefunded + totalChargedBack, amount);
  }

  #request({ refundId, amount, reason, requestedBy, source }: RefundRequest, needsApproval: boolean): void {
    const { currency } = this.state;
    const what = { paymentId: this.id, refundId, amount, currency };
    this.record(new PaymentRefundRequestedEvent({ ...what, reason, requestedBy, source, needsApproval }));
  }

  #knownRefund(refundId: string): Refund {
    const refund = this.refund(refundId);
    if (refund === undefined) throw new UnknownRefund(this.id, refundId);
    return refund;
  }

  #mustBeApproved(refund: Refund, command: string): void {
    if (refund.status === 'approved' || refund.status === 'failed') return;
    throw this.#invalidRefund(refund, command, 'nobody has approved it; ask the provider who sent it');
  }

  #mustBeUndisputed(): void {
    const dispute = openDispute(this.state);
    if (dispute !== undefined) throw new DisputeOpen(this.id, dispute.disputeId);
  }

  #invalid(command: string, next: string): InvalidState {
    return new InvalidState(this.id, this.status, command, next);
  }

  #invalidRefund({ refundId, status }: Refund, command: string, next: string): InvalidState {
    return new InvalidState(this.id, `refund ${refundId} (${status})`, command, next);
  }

  #set(change: Partial<PaymentState>): void {
    this.state = { ...this.state, ...change };
  }
}
