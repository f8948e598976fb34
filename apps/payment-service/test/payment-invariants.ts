import { ok } from 'node:assert/strict';
import type { BaseDomainEvent } from '@edtech/shared-kernel/domain';
import { PaymentCompletedEvent } from '../src/domain/events/payment-completed.event.ts';
import { PaymentCreatedEvent } from '../src/domain/events/payment-created.event.ts';
import { PaymentDisputeClosedEvent } from '../src/domain/events/payment-dispute-closed.event.ts';
import { PaymentDisputeOpenedEvent } from '../src/domain/events/payment-dispute-opened.event.ts';
import { PaymentPayoutAssignedEvent } from '../src/domain/events/payment-payout-assigned.event.ts';
import { PaymentRefundApprovedEvent } from '../src/domain/events/payment-refund-approved.event.ts';
import { PaymentRefundRejectedEvent } from '../src/domain/events/payment-refund-rejected.event.ts';
import { PaymentRefundRequestedEvent } from '../src/domain/events/payment-refund-requested.event.ts';
import { PaymentRefundedEvent } from '../src/domain/events/payment-refunded.event.ts';
import { PaymentReleasedEvent } from '../src/domain/events/payment-released.event.ts';
import { PaymentReversalDeductedEvent } from '../src/domain/events/payment-reversal-deducted.event.ts';

interface SeenRefund {
  readonly amount: number;
  readonly requestedBy: string;
  readonly needsApproval: boolean;
  status: 'open' | 'approved' | 'rejected' | 'done';
}

/**
 * Reads a payment's events one by one and throws at the first that breaks an invariant of the design. It adds up for itself and knows
 * nothing of the aggregate's state.
 */
export class PaymentInvariants {
  #created: PaymentCreatedEvent['payload'] | undefined;
  #captures = 0;
  #releases = 0;
  #payouts = 0;
  #refunded = 0;
  #lost = 0;
  #feeReversed = 0;
  #earningsReversed = 0;
  #paidOut = 0;
  readonly #owed = new Map<string, number>();
  #open: { readonly disputeId: string; readonly amount: number } | undefined;
  readonly #disputes = new Set<string>();
  readonly #refunds = new Map<string, SeenRefund>();

  see(event: BaseDomainEvent): void {
    if (event instanceof PaymentCreatedEvent) this.#created = event.payload;
    if (event instanceof PaymentCompletedEvent) this.#captures++;
    if (event instanceof PaymentRefundRequestedEvent) this.#requested(event.payload);
    if (event instanceof PaymentRefundApprovedEvent) this.#approved(event.payload);
    if (event instanceof PaymentRefundRejectedEvent) this.#rejected(event.payload);
    if (event instanceof PaymentRefundedEvent) this.#done(event.payload);
    if (event instanceof PaymentDisputeOpenedEvent) this.#opened(event.payload);
    if (event instanceof PaymentDisputeClosedEvent) this.#closed(event.payload);
    if (event instanceof PaymentReleasedEvent) this.#released(event.payload);
    if (event instanceof PaymentPayoutAssignedEvent) {
      this.#payouts++;
      ok(this.#releases === 1 && this.#payouts === 1, 'in at most one payout, after the release');
      this.#paidOut = this.#payment.tutorEarnings - this.#earningsReversed;
    }
    if (event instanceof PaymentReversalDeductedEvent) {
      const { reversalId, amount } = event.payload;
      ok(this.#owed.get(reversalId) === amount, 'a reversal after the payout is deducted, once and exactly');
      this.#owed.delete(reversalId);
      this.#paidOut -= amount;
    }
    this.#always();
  }

  #always(): void {
    const { amount, platformFee, tutorEarnings } = this.#payment;
    ok(amount > 0, 'the amount is above zero');
    ok(platformFee + tutorEarnings === amount, 'fee and earnings are the price');
    ok(this.#captures <= 1, 'captured once');
    const asked = [...this.#refunds.values()].filter(({ status }) => status !== 'rejected');
    ok(asked.reduce((sum, refund) => sum + refund.amount, 0) <= amount, 'pending and done refunds stay within the capture');
    ok(this.#left >= (this.#open?.amount ?? 0), 'what went back and what is disputed stays within the capture');
    ok(this.#feeReversed + this.#earningsReversed === this.#refunded + this.#lost, 'what went back was reversed');
    const wentBack = this.#refunded + this.#lost;
    // Half up; exact for numbers as small as a story has.
    const fee = Math.floor((2 * platformFee * wentBack + amount) / (2 * amount));
    const owed = [...this.#owed.values()].reduce((sum, reversal) => sum + reversal, 0);
    const left = this.#payment.tutorEarnings - this.#earningsReversed;
    ok(this.#payouts === 0 || this.#paidOut - owed === left, 'payouts, less what is still to be deducted, pay what is left');
    ok(this.#feeReversed === fee, 'the fee is reversed in proportion to all that went back, and exactly when everything did');
  }

  #requested({ refundId, amount, requestedBy, needsApproval }: PaymentRefundRequestedEvent['payload']): void {
    ok(this.#captures === 1 && this.#open === undefined, 'a refund needs captured money and no open dispute');
    ok(!this.#refunds.has(refundId), 'a refund is requested once');
    this.#refunds.set(refundId, { amount, requestedBy, needsApproval, status: 'open' });
  }

  #approved({ refundId, by, auto }: PaymentRefundApprovedEvent['payload']): void {
    const refund = this.#refundOf(refundId);
    ok(refund.status === 'open' && this.#open === undefined, 'approved once, and not while a dispute is open');
    ok(auto ? !refund.needsApproval : by !== refund.requestedBy, 'four eyes');
    refund.status = 'approved';
  }

  #rejected({ refundId, by }: PaymentRefundRejectedEvent['payload']): void {
    const refund = this.#refundOf(refundId);
    ok(refund.status !== 'done' && refund.status !== 'rejected' && by !== refund.requestedBy, 'rejected once, by another person');
    refund.status = 'rejected';
  }

  #done({
    refundId,
    amount,
    totalRefunded,
    full,
    feeReversed,
    earningsReversed,
    settlement,
  }: PaymentRefundedEvent['payload']): void {
    const refund = this.#refundOf(refundId);
    ok(refund.status === 'approved' && refund.amount === amount, 'an approved refund is done once, as it was requested');
    refund.status = 'done';
    this.#refunded += amount;
    ok(
      totalRefunded === this.#refunded && full === (totalRefunded === this.#payment.amount),
      'full when the total is the amount',
    );
    this.#reverse(refundId, amount, feeReversed, earningsReversed);
    ok((settlement === 'released') === (this.#releases === 1), 'it says where the money was');
  }

  #opened({ disputeId, amount }: PaymentDisputeOpenedEvent['payload']): void {
    ok(this.#captures === 1 && this.#open === undefined && !this.#disputes.has(disputeId), 'one open dispute of captured money');
    this.#disputes.add(disputeId);
    this.#open = { disputeId, amount };
  }

  #closed({ disputeId, outcome, amount, feeReversed, earningsReversed, settlement }: PaymentDisputeClosedEvent['payload']): void {
    ok(this.#open?.disputeId === disputeId && this.#open.amount === amount, 'the open dispute is closed');
    this.#open = undefined;
    if (outcome === 'lost') {
      this.#lost += amount;
      this.#reverse(disputeId, amount, feeReversed, earningsReversed);
    } else ok(feeReversed === 0 && earningsReversed === 0, 'a dispute that is won reverses nothing');
    ok((settlement === 'released') === (this.#releases === 1), 'it says where the money was');
  }

  #released({ amount, fee }: PaymentReleasedEvent['payload']): void {
    this.#releases++;
    ok(this.#releases === 1, 'released once');
    const undecided = [...this.#refunds.values()].some(({ status }) => status === 'open' || status === 'approved');
    ok(this.#open === undefined && !undecided, 'never released with an open dispute or refund');
    ok(amount === this.#payment.tutorEarnings - this.#earningsReversed, 'the tutor gets the earnings left');
    ok(fee === this.#payment.platformFee - this.#feeReversed && amount + fee > 0, 'the platform gets the fee left');
  }

  #reverse(reversalId: string, amount: number, fee: number, earnings: number): void {
    if (this.#payouts === 1 && earnings > 0) this.#owed.set(reversalId, earnings);
    ok(fee >= 0 && earnings >= 0 && fee + earnings === amount, 'a reversal is never negative and never above its amount');
    this.#feeReversed += fee;
    this.#earningsReversed += earnings;
  }

  get #left(): number {
    return this.#payment.amount - this.#refunded - this.#lost;
  }

  get #payment(): PaymentCreatedEvent['payload'] {
    ok(this.#created, 'a payment begins with its creation');
    return this.#created;
  }

  #refundOf(refundId: string): SeenRefund {
    const refund = this.#refunds.get(refundId);
    ok(refund, 'a refund is requested first');
    return refund;
  }
}
