import { Database } from '@edtech/shared-kernel';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SqlLedgerBooks } from '../src/infrastructure/repositories/sql-ledger-books.ts';
import { SqlOpenItems } from '../src/infrastructure/repositories/sql-open-items.ts';
import { SqlPaymentList } from '../src/infrastructure/repositories/sql-payment-list.ts';
import { SqlRefundQueue } from '../src/infrastructure/repositories/sql-refund-queue.ts';
import { SqlSettlementReports } from '../src/infrastructure/repositories/sql-settlement-reports.ts';
import { SqlStudentStatements } from '../src/infrastructure/repositories/sql-student-statements.ts';
import { paymentDatabase, type PaymentDatabase } from './payment-database.ts';

const ROWS = 40_000;
const someone = '00000000-0000-4000-8000-000000000007';
const a = (n: string): string => `'00000000-0000-4000-8000-' || lpad((${n})::text, 12, '0')`;
const at = "timestamptz '2026-01-01' + n * interval '1 minute'";

/** Remembers how each statement is carried out. */
class ExplainingDatabase extends Database {
  readonly plans: string[] = [];

  override async query<R extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<R>> {
    const explain = { text: `EXPLAIN (COSTS OFF) ${statement.text}`, values: statement.values ?? [] };
    const { rows } = await super.query<{ 'QUERY PLAN': string }>(explain);
    this.plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return super.query<R>(statement);
  }
}

let db: PaymentDatabase;
let database: ExplainingDatabase;

beforeAll(async () => {
  db = await paymentDatabase();
  const fill = [
    `INSERT INTO payment_view SELECT ${a('n')}, 2, ${a('n')}, ${a('n % 400')}, ${a('n % 60')}, 'USD', 5000, 1000, 4000,
       CASE WHEN n % 100 = 0 THEN 'pending' ELSE 'completed' END, 'held', 'none', 0, 0, 0, n % 50 = 0, ${at}, ${at} FROM generate_series(1, ${ROWS}) n`,
    `INSERT INTO student_history SELECT gen_random_uuid(), ${a('n % 400')}, ${a('n')}, 2, NULL, ${a('n % 60')}, 'paid', 5000, 'USD', ${at}
       FROM generate_series(1, ${ROWS}) n`,
    `INSERT INTO refund_queue SELECT ${a('n')}, ${a('n')}, 3, 5000, 'USD', 'ill', 'support', 'a', 'requested', NULL, n % 20 = 0, ${at}, ${at}
       FROM generate_series(1, ${ROWS}) n`,
    `INSERT INTO ledger_entries SELECT gen_random_uuid(), 0, ${at}, 'payment.completed', ${a('n')},
       CASE WHEN n % 200 = 0 THEN 'dispute_reserve' ELSE 'escrow' END, 'USD', 5000, 0
       FROM generate_series(1, ${ROWS}) n`,
    `INSERT INTO settlement_daily SELECT gen_random_uuid(), (${at})::date, 'USD', 5000, 0, 0, 0, 0, 0 FROM generate_series(1, ${ROWS}) n`,
  ];
  for (const text of [...fill, 'VACUUM ANALYZE payment_view', 'VACUUM ANALYZE student_history', 'VACUUM ANALYZE refund_queue'])
    await db.database.query({ text });
  for (const text of ['VACUUM ANALYZE ledger_entries', 'VACUUM ANALYZE settlement_daily']) await db.database.query({ text });
  // Whether a bitmap is cheaper depends on how much a vacuum beside other tests could mark; what has to be there is the index.
  const url = new URL(db.url);
  url.searchParams.set('options', '-c enable_bitmapscan=off');
  database = new ExplainingDatabase({ url: url.href, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await db.close();
});

/** Asks for a page and the one after it; how the second one is found. */
async function planOfSecondPage(
  page: (paging: { limit: number; cursor?: string | undefined }) => Promise<{ next: string | null }>,
): Promise<string> {
  const { next } = await page({ limit: 20 });
  expect(next).not.toBeNull();
  await page({ limit: 20, cursor: next ?? undefined });
  return database.plans.at(-1) ?? '';
}

describe('a page is read from an index in its order, and nothing is sorted', () => {
  const payments = (filter: Parameters<SqlPaymentList['page']>[0]) => () =>
    planOfSecondPage((paging) => new SqlPaymentList(database).page(filter, paging));

  test.each([
    ['all payments', payments({}), ['payment_view_newest']],
    ['of a status', payments({ status: 'pending' }), ['payment_view_status']],
    ['of a student', payments({ student: someone }), ['payment_view_student']],
    ['of a party, as student or as tutor', payments({ party: someone }), ['payment_view_student', 'payment_view_tutor']],
    ['of a time', payments({ from: new Date('2026-01-02T00:00:00Z') }), ['payment_view_newest']],
    [
      'statements',
      () => planOfSecondPage((paging) => new SqlStudentStatements(database).page(someone, paging)),
      ['student_history_newest'],
    ],
    ['waiting refunds', () => planOfSecondPage((paging) => new SqlRefundQueue(database).page(paging)), ['refund_queue_waiting']],
    ['ledger', () => planOfSecondPage((paging) => new SqlLedgerBooks(database).entries({}, paging)), ['ledger_entries_newest']],
    [
      'ledger of an account',
      () => planOfSecondPage((paging) => new SqlLedgerBooks(database).entries({ account: 'dispute_reserve' }, paging)),
      ['ledger_entries_account'],
    ],
  ])('%s', async (_what, planOf, indexes) => {
    const plan = await planOf();
    expect(plan).not.toMatch(/Seq Scan|-> +(?:Incremental )?Sort$/m);
    for (const index of indexes) expect(plan).toContain(index);
    expect(plan).toContain('Index Cond');
  });
});

test('sums are read from indexes alone', async () => {
  const books = new SqlLedgerBooks(database);
  await books.sums({ account: 'dispute_reserve', asOf: new Date('2026-01-27T00:00:00Z') });
  expect(database.plans.at(-1)).toMatch(/Index Only Scan using ledger_entries_account/);
  await new SqlSettlementReports(database).ofDay('2026-01-03');
  expect(database.plans.at(-1)).toMatch(/Index Only Scan using settlement_daily_day/);
  await new SqlOpenItems(database).of(someone);
  expect(database.plans.at(-2)).toMatch(/payment_view_open_student[^]*payment_view_open_tutor/);
});
