import { Projection, type ProjectionWriter } from '@edtech/shared-kernel/application';
import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import { entriesOf, postings, type LedgerEntry } from '../../domain/ledger/ledger.ts';

interface Posted extends LedgerEntry {
  readonly event: RecordedEvent;
  readonly line: number;
}

/**
 * The books of the platform in double entry: lines that are never changed, and the balance of each account. An event that comes again is in
 * the books already and changes nothing.
 */
@Injectable()
export class LedgerProjection extends Projection {
  override readonly name = 'payment-service.ledger';
  override readonly tables = ['ledger_entries', 'ledger_balances'];
  override readonly events: readonly string[] = Object.keys(postings);

  override async project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void> {
    const posted = events.flatMap((event): Posted[] =>
      entriesOf(event.eventName, event.payload).map((entry, line) => ({ ...entry, event, line })),
    );
    if (posted.length === 0) return;
    await write.query({
      name: 'ledger',
      text: `WITH posted AS (
               INSERT INTO ledger_entries (event_id, line, recorded_at, event_name, aggregate_id, account, currency, debit, credit)
               SELECT * FROM unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[])
               ON CONFLICT (event_id, line) DO NOTHING
               RETURNING account, currency, debit, credit
             )
             INSERT INTO ledger_balances AS balance (account, currency, debit, credit)
             SELECT account, currency, sum(debit), sum(credit) FROM posted GROUP BY account, currency ORDER BY account, currency
             ON CONFLICT (account, currency) DO UPDATE SET debit = balance.debit + excluded.debit, credit = balance.credit + excluded.credit`,
      values: [
        posted.map(({ event }) => event.eventId),
        posted.map(({ line }) => line),
        posted.map(({ event }) => event.recordedAt),
        posted.map(({ event }) => event.eventName),
        posted.map(({ event }) => event.aggregateId),
        posted.map(({ account }) => account),
        posted.map(({ currency }) => currency),
        posted.map(({ debit }) => debit),
        posted.map(({ credit }) => credit),
      ],
    });
  }
}
