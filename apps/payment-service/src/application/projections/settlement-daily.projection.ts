import { Projection, type ProjectionWriter } from '@edtech/shared-kernel/application';
import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import { postings, type PostingRules } from '../../domain/ledger/ledger.ts';

interface Moved {
  readonly currency: string;
  readonly captured?: number;
  readonly refunded?: number;
  readonly disputed?: number;
  readonly released?: number;
  readonly fees?: number;
  readonly paidOut?: number;
}

type Rules = { readonly [E in keyof PostingRules]?: (payload: Parameters<PostingRules[E]>[0]) => Moved };

/** Every event that moves money; all others move none. */
const MOVES: Rules = {
  'payment.completed': ({ currency, amount }) => ({ currency, captured: amount }),
  'payment.refunded': ({ currency, amount, settlement, feeReversed }) => ({
    currency,
    refunded: amount,
    fees: settlement === 'released' ? -feeReversed : 0,
  }),
  'payment.dispute_opened': ({ currency, amount }) => ({ currency, disputed: amount }),
  'payment.dispute_closed': ({ currency, amount, outcome, settlement, feeReversed }) => ({
    currency,
    disputed: outcome === 'won' ? -amount : 0,
    fees: outcome === 'lost' && settlement === 'released' ? -feeReversed : 0,
  }),
  'payment.released': ({ currency, amount, fee }) => ({ currency, released: amount, fees: fee }),
  'payout.paid': ({ currency, amount }) => ({ currency, paidOut: amount }),
};

/**
 * What came in, went back and went out on each day, in UTC, by currency, one row per event. `disputed` is what banks hold or have taken.
 */
@Injectable()
export class SettlementDailyProjection extends Projection {
  override readonly name = 'payment-service.settlement_daily';
  override readonly tables = ['settlement_daily'];
  override readonly events: readonly string[] = Object.keys(postings).filter((name) => name in MOVES);

  override async project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void> {
    const moves = events.map((event) => ({ event, ...movedBy(event) }));
    const sums = (of: (moved: Moved) => number | undefined): number[] => moves.map((moved) => of(moved) ?? 0);
    await write.query({
      name: 'settlement-daily',
      text: `INSERT INTO settlement_daily (event_id, day, currency, captured, refunded, disputed, released, fees, paid_out)
             SELECT * FROM unnest($1::uuid[], $2::date[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
             ON CONFLICT (event_id) DO NOTHING`,
      values: [
        moves.map(({ event }) => event.eventId),
        moves.map(({ event }) => event.recordedAt.slice(0, 10)),
        moves.map(({ currency }) => currency),
        sums(({ captured }) => captured),
        sums(({ refunded }) => refunded),
        sums(({ disputed }) => disputed),
        sums(({ released }) => released),
        sums(({ fees }) => fees),
        sums(({ paidOut }) => paidOut),
      ],
    });
  }
}

function movedBy({ eventName, payload }: RecordedEvent): Moved {
  const rules: Readonly<Record<string, ((payload: never) => Moved) | undefined>> = MOVES;
  const rule = rules[eventName];
  if (rule === undefined) throw new TypeError(`${eventName} moves no money`);
  return Reflect.apply(rule, undefined, [payload]);
}
