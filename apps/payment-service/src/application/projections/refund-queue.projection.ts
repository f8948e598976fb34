import { Projection, type ProjectionWriter } from '@edtech/shared-kernel/application';
import { UnknownEvent, type RecordedEvent } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import type { PaymentRefundApprovedEvent } from '../../domain/events/payment-refund-approved.event.ts';
import type { PaymentRefundFailedEvent } from '../../domain/events/payment-refund-failed.event.ts';
import type { PaymentRefundRejectedEvent } from '../../domain/events/payment-refund-rejected.event.ts';
import type { PaymentRefundRequestedEvent } from '../../domain/events/payment-refund-requested.event.ts';
import type { PaymentRefundedEvent } from '../../domain/events/payment-refunded.event.ts';
import type { QueuedRefund } from '../interfaces/refund-queue.interface.ts';

interface RefundRow extends QueuedRefund {
  readonly streamVersion: number;
  /** For a person: to decide on it, or to find another way after the provider gave up. */
  readonly waits: boolean;
}

type Changes = Partial<Omit<RefundRow, 'paymentId' | 'refundId' | 'streamVersion' | 'requestedAt' | 'changedAt'>>;
type Sources =
  | typeof PaymentRefundRequestedEvent
  | typeof PaymentRefundApprovedEvent
  | typeof PaymentRefundRejectedEvent
  | typeof PaymentRefundedEvent
  | typeof PaymentRefundFailedEvent;

const CHANGES: { readonly [C in Sources as C['EVENT_NAME']]: (payload: InstanceType<C>['payload']) => Changes } = {
  'payment.refund_requested': ({ amount, currency, reason, source, requestedBy, needsApproval }) => ({
    amount,
    currency,
    reason,
    source,
    requestedBy,
    waits: needsApproval,
  }),
  'payment.refund_approved': () => ({ status: 'approved', waits: false }),
  'payment.refund_rejected': () => ({ status: 'rejected', waits: false }),
  'payment.refunded': () => ({ status: 'refunded', waits: false }),
  'payment.refund_failed': ({ code, retryable }) => ({
    status: retryable ? 'approved' : 'failed',
    failure: code,
    waits: !retryable,
  }),
};

const NOTHING_YET: Omit<RefundRow, 'paymentId' | 'refundId' | 'requestedAt' | 'changedAt'> = {
  streamVersion: 0,
  amount: 0,
  currency: 'USD',
  reason: '',
  source: 'policy',
  requestedBy: '',
  status: 'requested',
  failure: null,
  waits: false,
};

/**
 * One row per refund, as of its newest event; an older or repeated one changes nothing. Rows stay when the refund is done, so that its
 * request cannot queue up a second time. Throws for a refund that does not begin with its request.
 */
@Injectable()
export class RefundQueueProjection extends Projection {
  override readonly name = 'payment-service.refund_queue';
  override readonly tables = ['refund_queue'];
  override readonly events: readonly string[] = Object.keys(CHANGES);

  override async project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void> {
    const rows = await this.#known(new Set(events.map(({ aggregateId }) => aggregateId)), write);
    for (const event of events) {
      const key = keyOf(event.aggregateId, refundIdOf(event));
      const row = rows.get(key);
      if (row === undefined || event.streamVersion > row.streamVersion) rows.set(key, after(row, event));
    }
    await write.query({
      name: 'refund-queue',
      text: `INSERT INTO refund_queue AS queue (payment_id, refund_id, stream_version, amount, currency, reason, source, requested_by, status,
               failure, waits, requested_at, changed_at)
             SELECT * FROM jsonb_to_recordset($1::jsonb) AS row ("paymentId" text, "refundId" text, "streamVersion" int, amount bigint,
               currency text, reason text, source text, "requestedBy" text, status text, failure text, waits boolean,
               "requestedAt" timestamptz, "changedAt" timestamptz)
             ON CONFLICT (payment_id, refund_id) DO UPDATE SET stream_version = excluded.stream_version, status = excluded.status,
               failure = excluded.failure, waits = excluded.waits, changed_at = excluded.changed_at
             WHERE excluded.stream_version > queue.stream_version`,
      values: [JSON.stringify([...rows.values()])],
    });
  }

  /** Every refund of these payments. */
  async #known(paymentIds: ReadonlySet<string>, write: ProjectionWriter): Promise<Map<string, RefundRow>> {
    const { rows } = await write.query<RefundRow>({
      name: 'refund-queue-known',
      text: `SELECT payment_id AS "paymentId", refund_id AS "refundId", stream_version AS "streamVersion", amount::float8, currency, reason,
               source, requested_by AS "requestedBy", status, failure, waits, requested_at AS "requestedAt", changed_at AS "changedAt"
             FROM refund_queue WHERE payment_id = ANY($1)`,
      values: [[...paymentIds]],
    });
    return new Map(rows.map((row) => [keyOf(row.paymentId, row.refundId), row]));
  }
}

function after(known: RefundRow | undefined, event: RecordedEvent): RefundRow {
  const { aggregateId, eventName, streamVersion, recordedAt, payload } = event;
  const refundId = refundIdOf(event);
  if (known === undefined && eventName !== 'payment.refund_requested')
    throw new Error(`refund ${refundId} of payment ${aggregateId} begins with ${eventName}; its row needs the request`);
  const row = known ?? { ...NOTHING_YET, paymentId: aggregateId, refundId, requestedAt: new Date(recordedAt) };
  const rules: Readonly<Record<string, (payload: never) => Changes>> = CHANGES;
  const rule = Object.hasOwn(rules, eventName) ? rules[eventName] : undefined;
  if (rule === undefined) throw new UnknownEvent('refund_queue', eventName);
  const changes: Changes = Reflect.apply(rule, undefined, [payload]);
  return { ...row, ...changes, streamVersion, changedAt: new Date(recordedAt) };
}

function refundIdOf({ eventName, payload }: RecordedEvent): string {
  if ('refundId' in payload && typeof payload.refundId === 'string') return payload.refundId;
  throw new TypeError(`${eventName} names no refund`);
}

function keyOf(paymentId: string, refundId: string): string {
  return `${paymentId} ${refundId}`;
}
