import { Projection, type ProjectionWriter } from '@edtech/shared-kernel/application';
import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import { EarningsFold, foldedEvents, type PaymentEarnings } from '../../domain/services/earnings-fold.ts';

interface Row {
  readonly payment_id: string;
  readonly stream_version: number;
  readonly tutor_id: string;
  readonly currency: string;
  readonly earnings: string;
  readonly released: boolean;
  readonly payout_id: string | null;
}

/**
 * What each tutor has earned, and which payment or payout it is in: every movement between held, available and paid, the payments that no
 * payout has, and the reversals after a payout that no later one has deducted.
 */
@Injectable()
export class TutorEarningsProjection extends Projection {
  override readonly name = 'payment-service.tutor_earnings';
  override readonly tables = ['tutor_earnings', 'tutor_payments', 'tutor_reversals'];
  override readonly events = foldedEvents;

  override async project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void> {
    const ids = [
      ...new Set(events.flatMap(({ aggregateType, aggregateId }) => (aggregateType === 'Payment' ? [aggregateId] : []))),
    ];
    const fold = new EarningsFold(await paymentsOf(ids, write));
    for (const event of events) fold.apply(event);
    await writeMovements(fold, write);
    await writePayments(fold, write);
    await writeReversals(fold, write);
  }
}

async function paymentsOf(ids: readonly string[], write: ProjectionWriter): Promise<PaymentEarnings[]> {
  const { rows } = await write.query<Row>({
    name: 'tutor-payments-read',
    text: `SELECT payment_id, stream_version, tutor_id, currency, earnings, released, payout_id FROM tutor_payments
           WHERE payment_id = ANY($1::text[])`,
    values: [ids],
  });
  return rows.map((row) => ({
    paymentId: row.payment_id,
    streamVersion: row.stream_version,
    tutorId: row.tutor_id,
    currency: row.currency,
    earnings: Number(row.earnings),
    released: row.released,
    payoutId: row.payout_id,
  }));
}

async function writeMovements({ movements }: EarningsFold, write: ProjectionWriter): Promise<void> {
  if (movements.length === 0) return;
  await write.query({
    name: 'tutor-earnings',
    text: `INSERT INTO tutor_earnings (event_id, tutor_id, currency, recorded_at, held, available, paid)
           SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::bigint[])
           ON CONFLICT DO NOTHING`,
    values: [
      movements.map(({ event }) => event.eventId),
      movements.map(({ tutorId }) => tutorId),
      movements.map(({ currency }) => currency),
      movements.map(({ event }) => event.recordedAt),
      movements.map(({ held }) => held),
      movements.map(({ available }) => available),
      movements.map(({ paid }) => paid),
    ],
  });
}

async function writePayments({ changed: payments }: EarningsFold, write: ProjectionWriter): Promise<void> {
  if (payments.length === 0) return;
  await write.query({
    name: 'tutor-payments',
    text: `INSERT INTO tutor_payments (payment_id, stream_version, tutor_id, currency, earnings, released, payout_id)
           SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::bigint[], $6::boolean[], $7::text[])
           ON CONFLICT (payment_id) DO UPDATE SET stream_version = excluded.stream_version, earnings = excluded.earnings,
             released = excluded.released, payout_id = excluded.payout_id`,
    values: [
      payments.map(({ paymentId }) => paymentId),
      payments.map(({ streamVersion }) => streamVersion),
      payments.map(({ tutorId }) => tutorId),
      payments.map(({ currency }) => currency),
      payments.map(({ earnings }) => earnings),
      payments.map(({ released }) => released),
      payments.map(({ payoutId }) => payoutId),
    ],
  });
}

async function writeReversals({ reversals }: EarningsFold, write: ProjectionWriter): Promise<void> {
  if (reversals.length === 0) return;
  await write.query({
    name: 'tutor-reversals',
    text: `INSERT INTO tutor_reversals (payment_id, reversal_id, tutor_id, currency, amount, payout_id)
           SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[])
           ON CONFLICT (payment_id, reversal_id) DO UPDATE SET payout_id = excluded.payout_id`,
    values: [
      reversals.map(({ paymentId }) => paymentId),
      reversals.map(({ reversalId }) => reversalId),
      reversals.map(({ tutorId }) => tutorId),
      reversals.map(({ currency }) => currency),
      reversals.map(({ amount }) => amount),
      reversals.map(({ payoutId }) => payoutId),
    ],
  });
}
