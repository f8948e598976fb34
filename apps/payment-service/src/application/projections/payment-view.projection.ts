import { Projection, type ProjectionWriter } from '@edtech/shared-kernel/application';
import { UnknownEvent, type RecordedEvent } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import type { PaymentEvents } from '../../domain/aggregates/payment.aggregate.ts';
import type { PaymentRow } from '../interfaces/payment-list.interface.ts';

type Changes = Partial<Omit<PaymentRow, 'paymentId' | 'streamVersion' | 'isOpen' | 'createdAt' | 'changedAt'>>;

/** What each event changes in the row of its payment. Leaving one out is a compile error. */
const CHANGES: {
  readonly [C in PaymentEvents as C['EVENT_NAME']]: (payload: InstanceType<C>['payload'], row: PaymentRow) => Changes;
} = {
  'payment.created': ({ bookingId, studentId, tutorId, amount, currency, platformFee, tutorEarnings }) => ({
    bookingId,
    studentId,
    tutorId,
    amount,
    currency,
    platformFee,
    tutorEarnings,
  }),
  'payment.authorized': () => ({ status: 'authorized' }),
  'payment.completed': () => ({ status: 'completed' }),
  'payment.attempt_failed': () => ({}),
  'payment.failed': () => ({ status: 'failed' }),
  'payment.cancelled': () => ({ status: 'cancelled' }),
  'payment.refund_requested': (_, { openRefunds }) => ({ openRefunds: openRefunds + 1 }),
  'payment.refund_approved': () => ({}),
  'payment.refund_rejected': (_, { openRefunds }) => ({ openRefunds: openRefunds - 1 }),
  'payment.refunded': ({ full, totalRefunded }, { openRefunds }) => ({
    status: full ? 'refunded' : 'partially_refunded',
    refunded: totalRefunded,
    openRefunds: openRefunds - 1,
  }),
  'payment.refund_failed': () => ({}),
  'payment.dispute_opened': () => ({ dispute: 'open' }),
  'payment.dispute_closed': ({ outcome, amount }, { chargedBack }) => ({
    dispute: outcome,
    chargedBack: chargedBack + (outcome === 'lost' ? amount : 0),
  }),
  'payment.released': () => ({ settlement: 'released' }),
  'payment.provider_mismatch': () => ({}),
  'payment.payout_assigned': () => ({}),
  'payment.reversal_deducted': () => ({}),
};

const NOTHING_YET: Omit<PaymentRow, 'paymentId' | 'createdAt'> = {
  streamVersion: 0,
  bookingId: null,
  studentId: '',
  tutorId: '',
  currency: 'USD',
  amount: 0,
  platformFee: 0,
  tutorEarnings: 0,
  status: 'pending',
  settlement: 'held',
  dispute: 'none',
  refunded: 0,
  chargedBack: 0,
  openRefunds: 0,
  isOpen: true,
  changedAt: new Date(0),
};

/**
 * One row per payment, as of its newest event; an older or repeated one changes nothing. Throws for a payment that does not begin with its
 * creation: its row would be wrong.
 */
@Injectable()
export class PaymentViewProjection extends Projection {
  override readonly name = 'payment-service.payment_view';
  override readonly tables = ['payment_view'];
  override readonly events: readonly string[] = Object.keys(CHANGES);

  override async project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void> {
    const rows = await this.#known(new Set(events.map(({ aggregateId }) => aggregateId)), write);
    for (const event of events) {
      const row = rows.get(event.aggregateId);
      if (row === undefined || event.streamVersion > row.streamVersion) rows.set(event.aggregateId, after(row, event));
    }
    await write.query({
      name: 'payment-view',
      text: `INSERT INTO payment_view AS view (payment_id, stream_version, booking_id, student_id, tutor_id, currency, amount, platform_fee,
               tutor_earnings, status, settlement, dispute, refunded, charged_back, open_refunds, is_open, created_at, changed_at)
             SELECT * FROM jsonb_to_recordset($1::jsonb) AS row ("paymentId" text, "streamVersion" int, "bookingId" text, "studentId" text,
               "tutorId" text, currency text, amount bigint, "platformFee" bigint, "tutorEarnings" bigint, status text, settlement text,
               dispute text, refunded bigint, "chargedBack" bigint, "openRefunds" int, "isOpen" boolean, "createdAt" timestamptz,
               "changedAt" timestamptz)
             ON CONFLICT (payment_id) DO UPDATE SET stream_version = excluded.stream_version, status = excluded.status,
               settlement = excluded.settlement, dispute = excluded.dispute, refunded = excluded.refunded,
               charged_back = excluded.charged_back, open_refunds = excluded.open_refunds, is_open = excluded.is_open,
               changed_at = excluded.changed_at
             WHERE excluded.stream_version > view.stream_version`,
      values: [JSON.stringify([...rows.values()])],
    });
  }

  async #known(paymentIds: ReadonlySet<string>, write: ProjectionWriter): Promise<Map<string, PaymentRow>> {
    const { rows } = await write.query<PaymentRow>({
      name: 'payment-view-known',
      text: `SELECT payment_id AS "paymentId", stream_version AS "streamVersion", booking_id AS "bookingId", student_id AS "studentId",
               tutor_id AS "tutorId", currency, amount::float8, platform_fee::float8 AS "platformFee",
               tutor_earnings::float8 AS "tutorEarnings", status, settlement, dispute, refunded::float8,
               charged_back::float8 AS "chargedBack", open_refunds AS "openRefunds", is_open AS "isOpen", created_at AS "createdAt",
               changed_at AS "changedAt"
             FROM payment_view WHERE payment_id = ANY($1)`,
      values: [[...paymentIds]],
    });
    return new Map(rows.map((row) => [row.paymentId, row]));
  }
}

function after(known: PaymentRow | undefined, event: RecordedEvent): PaymentRow {
  const { aggregateId, eventName, streamVersion, recordedAt } = event;
  if (known === undefined && eventName !== 'payment.created')
    throw new Error(`payment ${aggregateId} begins with ${eventName}; its row needs the creation`);
  const row = known ?? { ...NOTHING_YET, paymentId: aggregateId, createdAt: new Date(recordedAt) };
  const changed = { ...row, ...changesOf(event, row), streamVersion, changedAt: new Date(recordedAt) };
  return { ...changed, isOpen: isOpen(changed) };
}

function changesOf({ eventName, payload }: RecordedEvent, row: PaymentRow): Changes {
  const rules: Readonly<Record<string, (payload: never, row: PaymentRow) => Changes>> = CHANGES;
  const rule = Object.hasOwn(rules, eventName) ? rules[eventName] : undefined;
  if (rule === undefined) throw new UnknownEvent('payment_view', eventName);
  return Reflect.apply(rule, undefined, [payload, row]);
}

function isOpen({ status, settlement, dispute, openRefunds, amount, refunded, chargedBack }: PaymentRow): boolean {
  if (status === 'pending' || status === 'authorized' || dispute === 'open' || openRefunds > 0) return true;
  const isCaptured = status === 'completed' || status === 'partially_refunded';
  return isCaptured && settlement === 'held' && amount > refunded + chargedBack;
}
