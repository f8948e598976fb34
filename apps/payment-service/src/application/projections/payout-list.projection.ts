import { Projection, type ProjectionWriter } from '@edtech/shared-kernel/application';
import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import type { PayoutScheduled } from '@edtech/contracts';
import { Injectable } from '@nestjs/common';
import type { PayoutEvents } from '../../domain/aggregates/payout.aggregate.ts';
import type { PayoutStatus } from '../../domain/aggregates/payout.state.ts';

const STATUS_AFTER: { readonly [N in PayoutEvents['EVENT_NAME']]: PayoutStatus } = {
  'payout.scheduled': 'scheduled',
  'payout.started': 'processing',
  'payout.paid': 'paid',
  'payout.failed': 'failed',
  'payout.held': 'held',
  'payout.hold_released': 'scheduled',
};

/** Every payout as it stands, for lists. */
@Injectable()
export class PayoutListProjection extends Projection {
  override readonly name = 'payment-service.payout_list';
  override readonly tables = ['payout_list'];
  override readonly events: readonly string[] = Object.keys(STATUS_AFTER);

  override async project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void> {
    const scheduled = events.filter(isScheduled);
    if (scheduled.length > 0) await insert(scheduled, write);
    const newest = [...new Map(events.map((event) => [event.aggregateId, event])).values()];
    await write.query({
      name: 'payout-list-status',
      text: `UPDATE payout_list listed SET stream_version = news.stream_version, status = news.status, held_because = news.held_because,
               changed_at = news.changed_at
             FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::timestamptz[])
               AS news (payout_id, stream_version, status, held_because, changed_at)
             WHERE listed.payout_id = news.payout_id AND listed.stream_version < news.stream_version`,
      values: [
        newest.map(({ aggregateId }) => aggregateId),
        newest.map(({ streamVersion }) => streamVersion),
        newest.map(statusAfter),
        newest.map(reasonOf),
        newest.map(({ recordedAt }) => recordedAt),
      ],
    });
  }
}

async function insert(scheduled: readonly RecordedEvent<PayoutScheduled>[], write: ProjectionWriter): Promise<void> {
  await write.query({
    name: 'payout-list',
    text: `INSERT INTO payout_list (payout_id, tutor_id, week, amount, currency, scheduled_at, stream_version, status, changed_at)
           SELECT payout_id, tutor_id, week, amount, currency, scheduled_at, 1, 'scheduled', scheduled_at
           FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[])
             AS news (payout_id, tutor_id, week, amount, currency, scheduled_at)
           ON CONFLICT DO NOTHING`,
    values: [
      scheduled.map(({ payload }) => payload.payoutId),
      scheduled.map(({ payload }) => payload.tutorId),
      scheduled.map(({ payload }) => payload.week),
      scheduled.map(({ payload }) => payload.amount),
      scheduled.map(({ payload }) => payload.currency),
      scheduled.map(({ recordedAt }) => recordedAt),
    ],
  });
}

function isScheduled(event: RecordedEvent): event is RecordedEvent<PayoutScheduled> {
  return event.eventName === 'payout.scheduled';
}

function statusAfter({ eventName }: RecordedEvent): PayoutStatus {
  const statuses: Readonly<Record<string, PayoutStatus | undefined>> = STATUS_AFTER;
  const status = statuses[eventName];
  if (status === undefined) throw new TypeError(`${eventName} is no event of a payout`);
  return status;
}

function reasonOf({ eventName, payload }: RecordedEvent): string | null {
  return eventName === 'payout.held' && 'reason' in payload && typeof payload.reason === 'string' ? payload.reason : null;
}
