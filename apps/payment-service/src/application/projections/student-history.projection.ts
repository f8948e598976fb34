import { Projection, type ProjectionWriter } from '@edtech/shared-kernel/application';
import { UnknownEvent, type RecordedEvent } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import type { PaymentCompletedEvent } from '../../domain/events/payment-completed.event.ts';
import type { PaymentDisputeClosedEvent } from '../../domain/events/payment-dispute-closed.event.ts';
import type { PaymentRefundedEvent } from '../../domain/events/payment-refunded.event.ts';
import type { StudentHistoryKind } from '../interfaces/student-statements.interface.ts';

interface Line {
  readonly kind: StudentHistoryKind;
  readonly amount: number;
  readonly currency: string;
  /** Of the lines that follow, those of the `paid` line of the same payment. */
  readonly parties?: { readonly studentId: string; readonly tutorId: string; readonly bookingId: string | null };
}

type Sources = typeof PaymentCompletedEvent | typeof PaymentRefundedEvent | typeof PaymentDisputeClosedEvent;

const LINES: { readonly [C in Sources as C['EVENT_NAME']]: (payload: InstanceType<C>['payload']) => Line | undefined } = {
  'payment.completed': ({ amount, currency, studentId, tutorId, bookingId }) => ({
    kind: 'paid',
    amount,
    currency,
    parties: { studentId, tutorId, bookingId },
  }),
  'payment.refunded': ({ amount, currency }) => ({ kind: 'refunded', amount, currency }),
  'payment.dispute_closed': ({ outcome, amount, currency }) =>
    outcome === 'lost' ? { kind: 'charged_back', amount, currency } : undefined,
};

type Recorded = Line & { readonly event: RecordedEvent };

/** What students paid and got back, one line per event; one that comes again changes nothing. Throws for money that goes back before it came. */
@Injectable()
export class StudentHistoryProjection extends Projection {
  override readonly name = 'payment-service.student_history';
  override readonly tables = ['student_history'];
  override readonly events: readonly string[] = Object.keys(LINES);

  override async project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void> {
    const lines = events.flatMap((event): Recorded[] => {
      const line = lineOf(event);
      return line === undefined ? [] : [{ ...line, event }];
    });
    const paid = lines.filter(({ parties }) => parties !== undefined);
    const back = lines.filter(({ parties }) => parties === undefined);
    if (paid.length > 0) {
      await write.query({
        name: 'student-history-paid',
        text: `INSERT INTO student_history (event_id, payment_id, stream_version, recorded_at, kind, amount, currency, student_id, tutor_id, booking_id)
               SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[])
               ON CONFLICT (event_id) DO NOTHING`,
        values: [
          ...columnsOf(paid),
          paid.map(({ parties }) => parties?.studentId),
          paid.map(({ parties }) => parties?.tutorId),
          paid.map(({ parties }) => parties?.bookingId),
        ],
      });
    }
    if (back.length > 0) {
      await write.query({
        name: 'student-history-back',
        text: `INSERT INTO student_history (event_id, payment_id, stream_version, recorded_at, kind, amount, currency, student_id, tutor_id, booking_id)
               SELECT back.*, paid.student_id, paid.tutor_id, paid.booking_id
               FROM unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[], $5::text[], $6::bigint[], $7::text[])
                 AS back (event_id, payment_id, stream_version, recorded_at, kind, amount, currency)
               LEFT JOIN student_history paid ON paid.payment_id = back.payment_id AND paid.kind = 'paid'
               ON CONFLICT (event_id) DO NOTHING`,
        values: columnsOf(back),
      });
    }
  }
}

function columnsOf(lines: readonly Recorded[]): unknown[] {
  return [
    lines.map(({ event }) => event.eventId),
    lines.map(({ event }) => event.aggregateId),
    lines.map(({ event }) => event.streamVersion),
    lines.map(({ event }) => event.recordedAt),
    lines.map(({ kind }) => kind),
    lines.map(({ amount }) => amount),
    lines.map(({ currency }) => currency),
  ];
}

function lineOf({ eventName, payload }: RecordedEvent): Line | undefined {
  const rules: Readonly<Record<string, (payload: never) => Line | undefined>> = LINES;
  const rule = Object.hasOwn(rules, eventName) ? rules[eventName] : undefined;
  if (rule === undefined) throw new UnknownEvent('student_history', eventName);
  return Reflect.apply(rule, undefined, [payload]);
}
