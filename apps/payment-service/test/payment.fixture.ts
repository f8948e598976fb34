import type { OpenedDispute, RefundRequest } from '../src/domain/aggregates/payment.commands.ts';
import { PaymentAttemptFailedEvent } from '../src/domain/events/payment-attempt-failed.event.ts';
import { PaymentAuthorizedEvent } from '../src/domain/events/payment-authorized.event.ts';
import { PaymentCancelledEvent } from '../src/domain/events/payment-cancelled.event.ts';
import { PaymentCompletedEvent } from '../src/domain/events/payment-completed.event.ts';
import { PaymentCreatedEvent } from '../src/domain/events/payment-created.event.ts';
import { PaymentDisputeClosedEvent } from '../src/domain/events/payment-dispute-closed.event.ts';
import { PaymentDisputeOpenedEvent } from '../src/domain/events/payment-dispute-opened.event.ts';
import { PaymentFailedEvent } from '../src/domain/events/payment-failed.event.ts';
import { PaymentPayoutAssignedEvent } from '../src/domain/events/payment-payout-assigned.event.ts';
import { PaymentProviderMismatchEvent } from '../src/domain/events/payment-provider-mismatch.event.ts';
import { PaymentRefundApprovedEvent } from '../src/domain/events/payment-refund-approved.event.ts';
import { PaymentRefundFailedEvent } from '../src/domain/events/payment-refund-failed.event.ts';
import { PaymentRefundRejectedEvent } from '../src/domain/events/payment-refund-rejected.event.ts';
import { PaymentRefundRequestedEvent } from '../src/domain/events/payment-refund-requested.event.ts';
import { PaymentRefundedEvent } from '../src/domain/events/payment-refunded.event.ts';
import { PaymentReleasedEvent } from '../src/domain/events/payment-released.event.ts';
import { PaymentReversalDeductedEvent } from '../src/domain/events/payment-reversal-deducted.event.ts';
import { Money } from '../src/domain/value-objects/money.vo.ts';

export const paymentId = '9f3c1e58-04b7-4d2a-a6c9-3e8b5f7d1a40';
export const bookingId = '51d0e3a7-8c24-4b6f-9e15-d7a2c9f80b36';
export const studentId = '0b9f3c52-6f0e-4c7a-9a3e-51d0a7c4e812';
export const tutorId = '7c1d2a90-3b44-4d1f-8e6b-2f9a51c0d3e7';
export const refundId = 'c4d7b0e2-91a3-4f58-b6de-7a20f3c8e915';
export const payoutId = 'a19c7e3d-5f02-4b86-9d7a-0e4c8b2f6135';
export const support = '5e8a1c36-d2f4-4b90-8c17-93b6e0a4d721';
export const finance = 'd81b6f04-3a9e-47c5-b2d0-6e5f1c7a8293';
export const NOON = new Date('2026-11-03T12:00:00.000Z');
export const LIMIT = { autoApproveLimit: 5_000 };

/** 50 dollars, of which the platform keeps 10. */
export const price = Money.of(5_000, 'USD');
export const order = { paymentId, bookingId, studentId, tutorId, price, commissionBps: 2_000 };
const parties = { paymentId, bookingId, studentId, tutorId };
const money = { amount: 5_000, currency: 'USD', platformFee: 1_000, tutorEarnings: 4_000 } as const;

export const created = new PaymentCreatedEvent({ ...parties, ...money, commissionBps: 2_000 });
export const authorized = new PaymentAuthorizedEvent({ paymentId, providerRef: 'auth_1', expiresAt: NOON.toISOString() });
export const completed = new PaymentCompletedEvent({ ...parties, ...money, providerRef: 'ch_1', late: false });
export const completedLate = new PaymentCompletedEvent({ ...parties, ...money, providerRef: 'ch_1', late: true });
export const attemptFailed = (attempt: number) =>
  new PaymentAttemptFailedEvent({ paymentId, attempt, code: 'card_declined', providerEventId: `evt_decline_${attempt}` });
export const failed = new PaymentFailedEvent({ paymentId, bookingId, code: 'stolen_card', providerEventId: 'evt_stolen' });
export const cancelled = new PaymentCancelledEvent({ paymentId, bookingId, reason: 'the hold expired' });
export const mismatch = (providerEventId: string, expected: string, actual: string) =>
  new PaymentProviderMismatchEvent({ paymentId, providerEventId, expected, actual });

export const capture = { providerRef: 'ch_1', providerEventId: 'evt_captured', price };

export const request = (fields: Partial<RefundRequest> = {}): RefundRequest => ({
  refundId,
  amount: 2_500,
  reason: 'late cancellation',
  requestedBy: support,
  source: 'support',
  ...fields,
});
export const requested = (
  fields: Partial<Omit<RefundRequest, 'decided'>> & { readonly needsApproval?: boolean } = {},
): PaymentRefundRequestedEvent => {
  const { needsApproval = false, ...asked } = fields;
  return new PaymentRefundRequestedEvent({ paymentId, currency: 'USD', ...request(asked), needsApproval });
};
export const approved = new PaymentRefundApprovedEvent({ paymentId, refundId, by: finance, auto: false });
export const rejected = new PaymentRefundRejectedEvent({ paymentId, refundId, by: finance, reason: 'the lesson took place' });
export const refundFailed = (retryable: boolean, providerEventId = 'evt_refund_failed') =>
  new PaymentRefundFailedEvent({ paymentId, refundId, code: 'account_closed', retryable, providerEventId });
export const refunded = new PaymentRefundedEvent({
  paymentId,
  bookingId,
  refundId,
  amount: 2_500,
  currency: 'USD',
  totalRefunded: 2_500,
  full: false,
  feeReversed: 500,
  earningsReversed: 2_000,
  settlement: 'held',
  providerRef: 're_1',
});

export const dispute = (fields: Partial<OpenedDispute> = {}): OpenedDispute => ({
  disputeId: 'dp_1',
  amount: price,
  reasonCode: 'product_not_received',
  evidenceDueAt: NOON,
  providerEventId: 'evt_dispute',
  ...fields,
});
export const disputeOpened = new PaymentDisputeOpenedEvent({
  paymentId,
  bookingId,
  disputeId: 'dp_1',
  amount: 5_000,
  currency: 'USD',
  reasonCode: 'product_not_received',
  evidenceDueAt: NOON.toISOString(),
});
export const disputeClosed = (outcome: 'won' | 'lost', settlement: 'held' | 'released' = 'held') =>
  new PaymentDisputeClosedEvent({
    paymentId,
    bookingId,
    disputeId: 'dp_1',
    outcome,
    amount: 5_000,
    currency: 'USD',
    feeReversed: outcome === 'lost' ? 1_000 : 0,
    earningsReversed: outcome === 'lost' ? 4_000 : 0,
    settlement,
  });
export const released = new PaymentReleasedEvent({ paymentId, bookingId, tutorId, currency: 'USD', amount: 4_000, fee: 1_000 });
export const assigned = new PaymentPayoutAssignedEvent({ paymentId, payoutId });
/** After a dispute over everything that was lost. */
export const deducted = (by: string) =>
  new PaymentReversalDeductedEvent({ paymentId, reversalId: 'dp_1', payoutId: by, amount: 4_000 });

/** What is refunded at once: requested, approved and sent back. */
export const halfRefunded = [created, completed, requested(), approved, refunded];
