import { Projection, type ProjectionWriter, type RecordedEvent } from '@edtech/shared-kernel';

export const CREATE_READ_MODELS = `
  CREATE TABLE payment_rows (payment_id text PRIMARY KEY, stream_version int NOT NULL, events int NOT NULL, amount bigint NOT NULL,
    recorded_at timestamptz NOT NULL);
  CREATE TABLE book_entries (event_id uuid NOT NULL, line int NOT NULL, recorded_at timestamptz NOT NULL, account text NOT NULL,
    debit bigint NOT NULL, credit bigint NOT NULL, PRIMARY KEY (event_id, line));
  CREATE INDEX book_entries_account ON book_entries (account, recorded_at) INCLUDE (debit, credit);
  CREATE TABLE book_balances (account text PRIMARY KEY, debit bigint NOT NULL, credit bigint NOT NULL)`;

const EVENTS = ['payment.created', 'payment.noted'];

/** A row per aggregate with its version: the usual read model. One statement per batch. */
export class PaymentRows extends Projection {
  override readonly tables = ['payment_rows'];
  override readonly events = EVENTS;

  constructor(
    override readonly name: string,
    private readonly folded: (events: number) => void = () => undefined,
  ) {
    super();
  }

  override async project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void> {
    await write.query({
      name: 'payment-rows',
      text: `INSERT INTO payment_rows AS payment (payment_id, stream_version, events, amount, recorded_at)
             SELECT id, max(version), count(*), sum(amount), max(recorded_at)
             FROM unnest($1::text[], $2::int[], $3::bigint[], $4::timestamptz[]) AS event (id, version, amount, recorded_at)
             GROUP BY id ORDER BY id
             ON CONFLICT (payment_id) DO UPDATE SET stream_version = excluded.stream_version, events = payment.events + excluded.events,
               amount = payment.amount + excluded.amount, recorded_at = excluded.recorded_at
             WHERE payment.stream_version < excluded.stream_version`,
      values: [
        events.map(({ aggregateId }) => aggregateId),
        events.map(({ streamVersion }) => streamVersion),
        events.map(amountOf),
        events.map(({ recordedAt }) => recordedAt),
      ],
    });
    this.folded(events.length);
  }
}

/** Two lines per event that stay, and a balance per account: the shape of a ledger. Two statements per batch. */
export class Books extends Projection {
  override readonly tables = ['book_entries', 'book_balances'];
  override readonly events = EVENTS;

  constructor(
    override readonly name: string,
    private readonly folded: (events: number) => void = () => undefined,
  ) {
    super();
  }

  override async project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void> {
    const lines = events.flatMap((event) => {
      const [amount, { eventId, recordedAt }] = [amountOf(event), event];
      return [
        { eventId, recordedAt, line: 0, account: 'provider_cash', debit: amount, credit: 0 },
        { eventId, recordedAt, line: 1, account: 'escrow', debit: 0, credit: amount },
      ];
    });
    const accounts = lines.map(({ account }) => account);
    const sums = [lines.map(({ debit }) => debit), lines.map(({ credit }) => credit)];
    await write.query({
      name: 'book-entries',
      text: `INSERT INTO book_entries (event_id, line, recorded_at, account, debit, credit)
             SELECT * FROM unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::bigint[], $6::bigint[])`,
      values: [
        lines.map(({ eventId }) => eventId),
        lines.map(({ line }) => line),
        lines.map(({ recordedAt }) => recordedAt),
        accounts,
        ...sums,
      ],
    });
    await write.query({
      name: 'book-balances',
      text: `INSERT INTO book_balances AS balance (account, debit, credit)
             SELECT account, sum(debit), sum(credit) FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS line (account, debit, credit)
             GROUP BY account ORDER BY account
             ON CONFLICT (account) DO UPDATE SET debit = balance.debit + excluded.debit, credit = balance.credit + excluded.credit`,
      values: [accounts, ...sums],
    });
    this.folded(events.length);
  }
}

function amountOf({ payload }: RecordedEvent): number {
  const amount: unknown = Reflect.get(payload, 'amount');
  if (typeof amount !== 'object' || amount === null || !('value' in amount)) throw new TypeError('a payment without an amount');
  return Number(amount.value);
}
