import { Database } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  LedgerBooks,
  type AccountSums,
  type BookedEntry,
  type EntryFilter,
} from '../../application/interfaces/ledger-books.interface.ts';
import type { Page, Paging } from '../../application/interfaces/payment-list.interface.ts';
import { PageCursor } from './page-cursor.ts';
import { SqlConditions } from './sql-conditions.ts';

@Injectable()
export class SqlLedgerBooks extends LedgerBooks {
  constructor(private readonly database: Database) {
    super();
  }

  async sums({ account, asOf }: Parameters<LedgerBooks['sums']>[0]): Promise<readonly AccountSums[]> {
    const where = new SqlConditions();
    where
      .add(account, (name) => `account = ${where.value(name)}`)
      .add(asOf, (at) => `recorded_at <= ${where.value(at)}::timestamptz`);
    const now = `SELECT account, currency, debit::float8, credit::float8 FROM ledger_balances ${where.where()}`;
    const then = `SELECT account, currency, sum(debit)::float8 AS debit, sum(credit)::float8 AS credit
                  FROM ledger_entries ${where.where()} GROUP BY account, currency`;
    const { rows } = await this.database.query<AccountSums & Record<string, unknown>>({
      text: `${asOf === undefined ? now : then} ORDER BY account, currency`,
      values: where.values,
    });
    return rows;
  }

  async entries({ account, from, to }: EntryFilter, { limit, cursor }: Paging): Promise<Page<BookedEntry>> {
    const filter = ['ledger-entries', ...[account, from, to].map((value) => value ?? null)];
    const cursors = new PageCursor(z.tuple([z.iso.datetime(), z.guid(), z.int().min(0).max(100)]), filter);
    const where = new SqlConditions();
    where
      .add(account, (name) => `account = ${where.value(name)}`)
      .add(from, (at) => `recorded_at >= ${where.value(at)}::timestamptz`)
      .add(to, (at) => `recorded_at < ${where.value(at)}::timestamptz`)
      .add(cursor, (text) => {
        const [recordedAt, eventId, line] = cursors.read(text);
        const place = `${where.value(new Date(recordedAt))}::timestamptz, ${where.value(eventId)}::uuid, ${where.value(line)}::int`;
        return `(recorded_at, event_id, line) < (${place})`;
      });
    const { rows } = await this.database.query<BookedEntry & Record<string, unknown>>({
      text: `SELECT event_id AS "eventId", line, event_name AS "eventName", aggregate_id AS "aggregateId", recorded_at AS "recordedAt",
               account, currency, debit::float8, credit::float8
             FROM ledger_entries ${where.where()} ORDER BY recorded_at DESC, event_id DESC, line DESC LIMIT ${where.value(limit + 1)}`,
      values: where.values,
    });
    return cursors.pageOf(rows, limit, ({ recordedAt, eventId, line }) => [recordedAt.toISOString(), eventId, line]);
  }
}
