import { NO_PAYMENT, type Dispute, type PaymentState, type Refund } from '../../domain/aggregates/payment.state.ts';
import type { FieldChange, HistoryEntry, PaymentAt } from '../interfaces/payment-history.interface.ts';
import type { PaymentRow } from '../interfaces/payment-list.interface.ts';
import type { Side, Viewer } from './viewer.ts';

interface Moment {
  readonly streamVersion: number;
  readonly recordedAt: string;
}

/** What both parties may know. Who asked for a refund, and the names by which provider and bank call things, is for finance. */
interface SharedFields extends Pick<
  PaymentState,
  | 'id'
  | 'bookingId'
  | 'studentId'
  | 'tutorId'
  | 'amount'
  | 'currency'
  | 'status'
  | 'settlement'
  | 'totalRefunded'
  | 'totalChargedBack'
> {
  readonly refunds: readonly Pick<Refund, 'refundId' | 'amount' | 'status'>[];
  readonly disputes: readonly Pick<Dispute, 'amount' | 'status'>[];
}

/** Without what platform and tutor make of the price. */
type StudentFields = SharedFields & Pick<PaymentState, 'failedAttempts'>;

/** Without how the student pays. */
type TutorFields = SharedFields &
  Pick<
    PaymentState,
    'commissionBps' | 'platformFee' | 'tutorEarnings' | 'feeReversed' | 'earningsReversed' | 'payoutId' | 'paidOut' | 'deductions'
  >;

export type StudentPaymentView = StudentFields & Moment;
export type TutorPaymentView = TutorFields & Moment;
/** All there is. */
export type FinancePaymentView = PaymentState & Moment;
export type PaymentView = StudentPaymentView | TutorPaymentView | FinancePaymentView;

/** An entry of the history; of other people than the viewer a party only learns the role. */
export interface HistoryEntryView extends Omit<HistoryEntry, 'actor'> {
  readonly actor: { readonly id?: string; readonly type: HistoryEntry['actor']['type']; readonly role?: string };
}

export type PaymentItem = Omit<PaymentRow, 'paymentId' | 'platformFee' | 'tutorEarnings' | 'createdAt' | 'changedAt'> & {
  readonly id: string;
  readonly createdAt: string;
  readonly changedAt: string;
  /** Not for students. */
  readonly platformFee?: number;
  readonly tutorEarnings?: number;
};

export function viewFrom(side: Side, { state, streamVersion, recordedAt }: PaymentAt): PaymentView {
  if (side === 'student') return { ...studentFields(state), streamVersion, recordedAt };
  if (side === 'tutor') return { ...tutorFields(state), streamVersion, recordedAt };
  return { ...state, streamVersion, recordedAt };
}

export function changesFrom(side: Side, changes: readonly FieldChange[]): FieldChange[] {
  return changes.filter(({ path }) => isVisible(side, path));
}

/** What only the other side has to do with is left out, so versions may be missing. */
export function historyFrom(side: Side, viewer: Viewer, entries: readonly HistoryEntry[]): HistoryEntryView[] {
  if (side === 'finance') return [...entries];
  return entries.flatMap((entry): HistoryEntryView[] => {
    const changed = changesFrom(side, entry.changed);
    const { id, type, role } = entry.actor;
    const isNamed = type !== 'user' || id === viewer.id;
    const actor = { ...(isNamed ? { id } : {}), type, ...(role === undefined ? {} : { role }) };
    return changed.length === 0 ? [] : [{ ...entry, actor, changed }];
  });
}

export function itemFrom(side: Side, { paymentId, platformFee, tutorEarnings, ...row }: PaymentRow): PaymentItem {
  const item = { ...row, id: paymentId, createdAt: row.createdAt.toISOString(), changedAt: row.changedAt.toISOString() };
  return side === 'student' ? item : { ...item, platformFee, tutorEarnings };
}

function sharedFields({
  id,
  bookingId,
  studentId,
  tutorId,
  amount,
  currency,
  status,
  settlement,
  ...state
}: PaymentState): SharedFields {
  return {
    id,
    bookingId,
    studentId,
    tutorId,
    amount,
    currency,
    status,
    settlement,
    totalRefunded: state.totalRefunded,
    totalChargedBack: state.totalChargedBack,
    refunds: state.refunds.map((refund) => ({ refundId: refund.refundId, amount: refund.amount, status: refund.status })),
    disputes: state.disputes.map((dispute) => ({ amount: dispute.amount, status: dispute.status })),
  };
}

function studentFields(state: PaymentState): StudentFields {
  return { ...sharedFields(state), failedAttempts: state.failedAttempts };
}

function tutorFields(state: PaymentState): TutorFields {
  const { commissionBps, platformFee, tutorEarnings, feeReversed, earningsReversed, payoutId, paidOut, deductions } = state;
  return {
    ...sharedFields(state),
    commissionBps,
    platformFee,
    tutorEarnings,
    feeReversed,
    earningsReversed,
    payoutId,
    paidOut,
    deductions,
  };
}

/** The fields of the views themselves, so that a history shows no more than they do. */
const FIELDS = {
  student: new Set(Object.keys(studentFields(NO_PAYMENT))),
  tutor: new Set(Object.keys(tutorFields(NO_PAYMENT))),
};
const HIDDEN_INSIDE = /^(?:refunds\.\d+\.(?:requestedBy|needsApproval)|disputes\.\d+\.disputeId)$/;

function isVisible(side: Side, path: string): boolean {
  if (side === 'finance') return true;
  return FIELDS[side].has(path.split('.')[0] ?? '') && !HIDDEN_INSIDE.test(path);
}
