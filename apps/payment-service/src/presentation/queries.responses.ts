import { z } from 'zod';
import type { FinancePaymentView, StudentPaymentView, TutorPaymentView } from '../application/views/payment.view.ts';

/** What the routes answer, for the API's document; the compiler compares the views of a payment with theirs. */
const instant = z.iso.datetime();
const currency = z.enum(['USD', 'EUR', 'GBP']);
const status = z.enum(['pending', 'authorized', 'completed', 'partially_refunded', 'refunded', 'failed', 'cancelled']);
const settlement = z.enum(['held', 'released']);
const refund = {
  refundId: z.string(),
  amount: z.int(),
  status: z.enum(['requested', 'approved', 'failed', 'rejected', 'refunded']),
};
const dispute = { amount: z.int(), status: z.enum(['open', 'won', 'lost']) };

const shared = {
  id: z.guid(),
  bookingId: z.guid().nullable(),
  studentId: z.guid(),
  tutorId: z.guid(),
  amount: z.int(),
  currency,
  status,
  settlement,
  totalRefunded: z.int(),
  totalChargedBack: z.int(),
  streamVersion: z.int(),
  recordedAt: instant,
};
const ofStudent = { failedAttempts: z.int() };
const ofTutor = {
  commissionBps: z.int(),
  platformFee: z.int(),
  tutorEarnings: z.int(),
  feeReversed: z.int(),
  earningsReversed: z.int(),
  payoutId: z.string().nullable(),
  paidOut: z.int(),
  deductions: z.array(z.object({ reversalId: z.string(), amount: z.int(), payoutId: z.string().nullable() })),
};
const trimmed = { refunds: z.array(z.object(refund)), disputes: z.array(z.object(dispute)) };

const StudentPayment = z
  .object({ ...shared, ...trimmed, ...ofStudent })
  .meta({ id: 'PaymentOfStudent' }) satisfies z.ZodType<StudentPaymentView>;

const TutorPayment = z
  .object({ ...shared, ...trimmed, ...ofTutor })
  .meta({ id: 'PaymentOfTutor' }) satisfies z.ZodType<TutorPaymentView>;

const FinancePayment = z
  .object({
    ...shared,
    ...ofStudent,
    ...ofTutor,
    refunds: z.array(z.object({ ...refund, requestedBy: z.string(), needsApproval: z.boolean() })),
    disputes: z.array(z.object({ ...dispute, disputeId: z.string() })),
    authorization: z.object({ providerRef: z.string(), expiresAt: instant }).nullable(),
    capturedAs: z.string().nullable(),
    providerEvents: z.array(z.string()),
  })
  .meta({ id: 'PaymentForFinance' }) satisfies z.ZodType<FinancePaymentView>;

export const AnyPayment = z.union([FinancePayment, TutorPayment, StudentPayment]);

function page<T extends z.ZodType>(item: T, id: string) {
  return z.object({ items: z.array(item), next: z.string().nullable() }).meta({ id });
}

export const Payments = page(
  z.object({
    id: z.guid(),
    streamVersion: z.int(),
    bookingId: z.guid().nullable(),
    studentId: z.guid(),
    tutorId: z.guid(),
    currency,
    amount: z.int(),
    platformFee: z.int().optional(),
    tutorEarnings: z.int().optional(),
    status,
    settlement,
    dispute: z.enum(['none', 'open', 'won', 'lost']),
    refunded: z.int(),
    chargedBack: z.int(),
    openRefunds: z.int(),
    isOpen: z.boolean(),
    createdAt: instant,
    changedAt: instant,
  }),
  'Payments',
);

const change = z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() });

/** What ties an event to its cause is the kernel's to describe. */
export const PaymentHistory = z
  .object({
    items: z.array(
      z.looseObject({
        streamVersion: z.int(),
        eventId: z.guid(),
        eventName: z.string(),
        occurredAt: instant,
        recordedAt: instant,
        actor: z.object({ id: z.string().optional(), type: z.enum(['user', 'service', 'system']), role: z.string().optional() }),
        changed: z.array(change),
      }),
    ),
  })
  .meta({ id: 'PaymentHistory' });

export const PaymentDifference = z
  .object({ from: z.int(), to: z.int(), changed: z.array(change) })
  .meta({ id: 'PaymentDifference' });

export const StudentHistory = page(
  z.object({
    eventId: z.guid(),
    paymentId: z.guid(),
    bookingId: z.guid().nullable(),
    tutorId: z.guid(),
    kind: z.enum(['paid', 'refunded', 'charged_back']),
    amount: z.int(),
    currency,
    recordedAt: instant,
  }),
  'StudentHistory',
);

export const WaitingRefunds = page(
  z.object({
    paymentId: z.guid(),
    ...refund,
    currency,
    reason: z.string(),
    source: z.enum(['policy', 'student', 'support', 'dispute']),
    requestedBy: z.string(),
    failure: z.string().nullable(),
    requestedAt: instant,
    changedAt: instant,
  }),
  'WaitingRefunds',
);

export const OpenItems = z
  .object({ payments: z.int(), balance: z.array(z.object({ currency, amount: z.int() })) })
  .meta({ id: 'OpenItems' });

const sums = { account: z.string(), currency, debit: z.int(), credit: z.int() };

export const LedgerBalances = z
  .object({ items: z.array(z.object({ ...sums, balance: z.int() })) })
  .meta({ id: 'LedgerBalances' });

export const LedgerEntries = page(
  z.object({
    ...sums,
    eventId: z.guid(),
    line: z.int(),
    eventName: z.string(),
    aggregateId: z.string(),
    recordedAt: instant,
  }),
  'LedgerEntries',
);
