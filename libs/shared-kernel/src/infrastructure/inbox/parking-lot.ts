import type { PoolClient } from 'pg';
import type { Database } from '../database/database.ts';
import { errorLine } from '../logging/safe-text.ts';

/** Where the messages of a stream wait whose first one failed. `Client` is that of the transaction. */
export interface Parking<Client> {
  park(
    client: Client,
    subscription: string,
    stream: string,
    failed: ParkedMessage,
    error: unknown,
    attempts: number,
  ): Promise<void>;
  joinQueue(client: Client, subscription: string, stream: string, waiting: ParkedMessage): Promise<boolean>;
}

/** A message that cannot be handled now, as it was received. */
export interface ParkedMessage {
  readonly eventId: string;
  readonly eventName: string;
  /** JSON of the recorded event, or the raw body of a message that is none. */
  readonly message: string;
}

export interface ParkedKey {
  readonly subscription: string;
  readonly stream: string;
  readonly state: 'parked' | 'redriving';
  readonly parkedAt: string;
  /** The first is the one that failed; the others wait behind it. */
  readonly events: readonly {
    readonly id: string;
    readonly eventId: string;
    readonly eventName: string;
    readonly error: string | null;
    readonly attempts: number;
  }[];
}

/**
 * Dead letters by key: a failing event parks its stream for its subscription, later events of that stream queue behind it in order, and
 * every other stream goes on. Whoever adds to or empties a key holds its row, so no event can slip past a redrive.
 */
export class ParkingLot implements Parking<PoolClient> {
  constructor(private readonly database: Database) {}

  /** Parks the failed message as the last of its key; the key exists afterwards. */
  async park(
    client: PoolClient,
    subscription: string,
    stream: string,
    failed: ParkedMessage,
    error: unknown,
    attempts: number,
  ): Promise<void> {
    await client.query({
      text: `INSERT INTO parked_keys AS key (subscription, stream) VALUES ($1, $2)
             ON CONFLICT (subscription, stream) DO UPDATE SET parked_at = key.parked_at`,
      values: [subscription, stream],
    });
    await add(client, subscription, stream, failed, errorLine(error), attempts);
  }

  /** True: the key is parked and the message now waits in its queue. Holds the key until the transaction ends. */
  async joinQueue(client: PoolClient, subscription: string, stream: string, waiting: ParkedMessage): Promise<boolean> {
    const { rowCount } = await client.query({
      name: 'parked-key-lock',
      text: 'SELECT 1 FROM parked_keys WHERE subscription = $1 AND stream = $2 FOR UPDATE',
      values: [subscription, stream],
    });
    if (rowCount !== 1) return false;
    await add(client, subscription, stream, waiting, null, 0);
    return true;
  }

  /** Streams of one subscription that stand still. */
  async parkedStreams(subscription: string): Promise<Set<string>> {
    const { rows } = await this.database.query<{ stream: string }>({
      name: 'parked-streams',
      text: 'SELECT stream FROM parked_keys WHERE subscription = $1',
      values: [subscription],
    });
    return new Set(rows.map((row) => row.stream));
  }

  /** Keys that stand still. */
  async count(): Promise<number> {
    const { rows } = await this.database.query<{ parked: number }>({
      name: 'parked-count',
      text: 'SELECT count(*)::int AS parked FROM parked_keys',
    });
    return rows[0]?.parked ?? 0;
  }

  async list(limit = 100): Promise<ParkedKey[]> {
    const { rows } = await this.database.query<{
      subscription: string;
      stream: string;
      state: 'parked' | 'redriving';
      parked_at: Date;
      events: ParkedKey['events'];
    }>({
      text: `SELECT key.subscription, key.stream, key.state, key.parked_at, coalesce(jsonb_agg(jsonb_build_object('id', event.id::text,
               'eventId', event.event_id, 'eventName', event.event_name, 'error', event.error, 'attempts', event.attempts) ORDER BY event.id)
               FILTER (WHERE event.id IS NOT NULL), '[]') AS events
             FROM parked_keys key LEFT JOIN parked_events event USING (subscription, stream)
             GROUP BY key.subscription, key.stream ORDER BY key.parked_at LIMIT $1`,
      values: [limit],
    });
    return rows.map(({ parked_at, ...row }) => ({ ...row, parkedAt: parked_at.toISOString() }));
  }

  /** Asks for the key (or all keys of a subscription) to be delivered again, in order; answers how many keys. Safe to repeat. */
  async redrive(subscription: string, stream?: string): Promise<number> {
    const { rowCount } = await this.database.query({
      text: `UPDATE parked_keys SET state = 'redriving' WHERE subscription = $1 AND ($2::text IS NULL OR stream = $2)`,
      values: [subscription, stream ?? null],
    });
    return rowCount ?? 0;
  }
}

async function add(
  client: PoolClient,
  subscription: string,
  stream: string,
  parked: ParkedMessage,
  error: string | null,
  attempts: number,
): Promise<void> {
  await client.query({
    text: `INSERT INTO parked_events (subscription, stream, event_id, event_name, message, error, attempts) VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (subscription, stream, event_id) DO NOTHING`,
    values: [subscription, stream, parked.eventId, parked.eventName, parked.message, error, attempts],
  });
}
