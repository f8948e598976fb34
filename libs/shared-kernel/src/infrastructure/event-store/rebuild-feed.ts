import pg from 'pg';
import { crashpoint } from '../../application/crashpoint.ts';
import { BrokenStream, StreamArchived, streamLabel, type StreamName } from '../../application/event-store.ts';
import { DomainError } from '../../domain/domain.error.ts';
import { NO_STREAM } from '../../domain/stream-position.ts';
import { sqlState } from '../database/pg-errors.ts';
import { EVENT_COLUMNS, insertStatement } from '../database/write-statement.ts';
import type { ChainedEvent } from '../domain-events/event-recorder.ts';
import { chainHash } from '../domain-events/hash-chain.ts';
import { LOG_COLUMNS, loggedEvent, type LogRow } from '../domain-events/log-row.ts';
import { INBOX_KNOWS } from '../inbox/inbox.ts';
import type { EventStoreService } from './event-store.service.ts';

const EVENTS_PER_STATEMENT = 500;

export interface RebuildFeedOptions {
  /** As it is named on the bus. */
  readonly service: string;
  readonly databaseUrl: string;
  readonly store: EventStoreService;
  /** Types whose truth is the store. What the log holds of other types is kept as it is. */
  readonly aggregateTypes: readonly string[];
  /** Leaves events out that only the log has. Without it they are refused: the store may be the wrong one. */
  readonly dropUnknown?: boolean | undefined;
  readonly progress?: ((progress: RebuildProgress) => void) | undefined;
}

export interface RebuildProgress {
  /** Streams of the store. */
  readonly done: number;
  readonly total: number;
  readonly events: number;
}

export interface RebuiltFeed {
  readonly service: string;
  readonly streams: number;
  /** All that are in the log now. */
  readonly events: number;
  /** The log did not have them. */
  readonly added: number;
  /** The log had something else under their ids. */
  readonly changed: number;
  /** Only the log had them. */
  readonly dropped: number;
  /** Read models that the service builds again when it runs. */
  readonly projections: readonly string[];
}

/**
 * Writes the log of an event-sourced service again from its event store, in one transaction: all of it or, when it is interrupted anywhere,
 * nothing. Safe to repeat. Every stream is checked on the way to the last byte.
 *
 * Events that the log had keep their order, so each checkpoint goes on behind the same events: nothing is published or handled again. Events
 * that the log had lost stand before the next event of their stream; without one they stand last and are delivered again under their old ids,
 * but those that are older than the inboxes remember count as delivered. Inboxes, sagas and parked events stay as they are; each read model is
 * marked to be built again.
 *
 * Throws NoLog where the service was never started, ServiceRuns while a process of the service holds a lease (one that only answers HTTP holds none), LogHasMore, BrokenStream,
 * StreamArchived unless the log holds the archived events up to the hash of the tombstone, and what the database and the store throw.
 */
export async function rebuildFeed(options: RebuildFeedOptions): Promise<RebuiltFeed> {
  const { service, databaseUrl } = options;
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: `${service}/feed-rebuild`,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(BEGIN);
    await requireLog(client, service);
    await keepOthersOut(client, service);
    const streams = await collect(client, options);
    const differences = await compare(client, options);
    for (const statement of PLACE) await client.query(statement);
    const { rows } = await client.query<{ projection: string }>(REBUILD_PROJECTIONS);
    crashpoint('rebuild.before-commit');
    await client.query('COMMIT');
    return { service, streams, ...differences, projections: rows.map(({ projection }) => projection) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

const BEGIN = `BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
  SET LOCAL lock_timeout = '10s'; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off`;

async function requireLog(client: pg.Client, service: string): Promise<void> {
  const { rows } = await client.query<{ known: boolean }>(`SELECT to_regclass('domain_events') IS NOT NULL AS known`);
  if (rows[0]?.known !== true) throw new NoLog(service);
}

/** Until the transaction ends nobody takes or renews a lease; who held one before and has lost it is fenced off. */
async function keepOthersOut(client: pg.Client, service: string): Promise<void> {
  await client.query('LOCK TABLE leases IN EXCLUSIVE MODE');
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM leases WHERE expires_at >= clock_timestamp() ORDER BY name LIMIT 1',
  );
  const [held] = rows;
  if (held !== undefined) throw new ServiceRuns(service, held.name);
  await client.query(`UPDATE leases SET epoch = epoch + 1, holder = 'feed-rebuild', expires_at = '-infinity'`);
}

/** Fills `rebuilt` and answers how many streams it took from the store. */
async function collect(client: pg.Client, { store, aggregateTypes, progress }: RebuildFeedOptions): Promise<number> {
  const isOurs = ({ aggregateType }: StreamName): boolean => aggregateTypes.includes(aggregateType);
  let total = 0;
  for await (const stream of store.streams()) if (isOurs(stream)) total++;
  await client.query(`CREATE TEMP TABLE rebuilt ON COMMIT DROP AS SELECT ${EVENT_COLUMNS} FROM domain_events LIMIT 0`);
  await client.query('CREATE UNIQUE INDEX ON rebuilt (event_id)');
  let batch: ChainedEvent[] = [];
  const write = async (): Promise<void> => {
    if (batch.length > 0) await client.query(insertStatement('rebuilt', batch)).catch(refuseSecondEvent);
    batch = [];
  };
  let done = 0;
  let events = 0;
  for await (const stream of store.streams()) {
    if (!isOurs(stream)) continue;
    for await (const event of storedOrArchived(client, store, stream)) {
      batch.push(event);
      events++;
      if (batch.length === EVENTS_PER_STATEMENT) await write();
    }
    done++;
    crashpoint('rebuild.mid-feed');
    progress?.({ done, total: Math.max(done, total), events });
  }
  await write();
  await client.query({
    text: `INSERT INTO rebuilt SELECT ${EVENT_COLUMNS} FROM domain_events WHERE aggregate_type <> ALL($1)`,
    values: [aggregateTypes],
  });
  await client.query('ANALYZE rebuilt');
  return done;
}

/** A stream whose events have left the store is taken from the log, if that holds them up to the hash of the tombstone. */
async function* storedOrArchived(client: pg.Client, store: EventStoreService, stream: StreamName): AsyncGenerator<ChainedEvent> {
  try {
    yield* store.readStored(stream, { everything: true });
  } catch (error) {
    if (!(error instanceof StreamArchived)) throw error;
    const logged = await chainInLog(client, stream);
    if (logged.at(-1)?.hash !== (await store.position(stream)).hash) throw error;
    yield* logged;
  }
}

/** The events of one stream as far as they are a chain. */
async function chainInLog(client: pg.Client, { aggregateType, aggregateId }: StreamName): Promise<ChainedEvent[]> {
  const { rows } = await client.query<LogRow>({
    text: `SELECT ${LOG_COLUMNS} FROM domain_events WHERE aggregate_type = $1 AND aggregate_id = $2 ORDER BY stream_version`,
    values: [aggregateType, aggregateId],
  });
  let previous = NO_STREAM.hash;
  const chain: ChainedEvent[] = [];
  for (const event of rows.map(loggedEvent)) {
    if (event.prevHash !== previous || event.hash !== chainHash(previous, event)) break;
    previous = event.hash;
    chain.push(event);
  }
  return chain;
}

function refuseSecondEvent(error: unknown): never {
  if (sqlState(error) !== '23505' || !(error instanceof pg.DatabaseError)) throw error;
  throw new BrokenStream('a stream of the store', `two events have one id: ${error.detail ?? ''}`, { cause: error });
}

async function compare(
  client: pg.Client,
  { service, aggregateTypes, dropUnknown = false }: RebuildFeedOptions,
): Promise<Pick<RebuiltFeed, 'events' | 'added' | 'changed' | 'dropped'>> {
  const columns = (table: string): string => EVENT_COLUMNS.replaceAll(/\w+/g, (column) => `${table}.${column}`);
  const { rows } = await client.query<{ events: number; added: number; changed: number }>(
    `SELECT count(*)::int AS events, count(*) FILTER (WHERE live.event_id IS NULL)::int AS added,
            count(*) FILTER (WHERE live.event_id IS NOT NULL AND (${columns('rebuilt')}) IS DISTINCT FROM (${columns('live')}))::int AS changed
     FROM rebuilt LEFT JOIN domain_events live USING (event_id)`,
  );
  const { rows: unknown } = await client.query<StreamName & { version: number; total: number }>({
    text: `SELECT aggregate_type AS "aggregateType", aggregate_id AS "aggregateId", stream_version AS version, count(*) OVER ()::int AS total
           FROM domain_events live WHERE NOT EXISTS (SELECT 1 FROM rebuilt WHERE rebuilt.event_id = live.event_id) ORDER BY live.id LIMIT 1`,
  });
  const [first] = unknown;
  if (first !== undefined && !dropUnknown)
    throw new LogHasMore(service, first.total, `${streamLabel(first)} version ${first.version}`, aggregateTypes);
  return { events: 0, added: 0, changed: 0, ...rows[0], dropped: first?.total ?? 0 };
}

/**
 * `after` is the last old position behind which an event stands: its own, else that of the next event of its stream, which it precedes. What the
 * log had lost at the end of a stream has none (so it comes last), unless it is old: then it stands behind the event before it.
 */
const PLACE: readonly string[] = [
  `CREATE TEMP TABLE places ON COMMIT DROP AS
   SELECT event_id, after, row_number() OVER (ORDER BY after NULLS LAST, recorded_at, aggregate_type, aggregate_id, stream_version) AS position
   FROM (
     SELECT rebuilt.event_id, rebuilt.recorded_at, rebuilt.aggregate_type, rebuilt.aggregate_id, rebuilt.stream_version,
            coalesce(min(live.position) OVER following,
                     CASE WHEN rebuilt.recorded_at <= now() - ${INBOX_KNOWS} THEN coalesce(max(live.position) OVER preceding, 0) END) AS after
     FROM rebuilt LEFT JOIN domain_events live USING (event_id)
     WINDOW following AS (PARTITION BY rebuilt.aggregate_type, rebuilt.aggregate_id ORDER BY rebuilt.stream_version
                          ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING),
            preceding AS (PARTITION BY rebuilt.aggregate_type, rebuilt.aggregate_id ORDER BY rebuilt.stream_version
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
   ) placed`,
  'TRUNCATE domain_events',
  `INSERT INTO domain_events (position, ${EVENT_COLUMNS})
   SELECT position, ${EVENT_COLUMNS} FROM places JOIN rebuilt USING (event_id) ORDER BY position`,
  'UPDATE feed_head SET position = (SELECT count(*) FROM places)',
  'UPDATE subscriptions SET checkpoint = (SELECT count(*) FROM places WHERE after <= checkpoint), updated_at = now()',
  `UPDATE subscription_events SET since_position = (SELECT count(*) FROM places WHERE after <= since_position)
   WHERE since_position IS NOT NULL`,
];

const REBUILD_PROJECTIONS = `
INSERT INTO projection_rebuilds (projection, state) SELECT DISTINCT subscription, 'requested' FROM subscription_events WHERE road = 'fold' ORDER BY 1
ON CONFLICT (projection) DO UPDATE SET state = 'requested', checkpoint = 0, target = 0, comparison = NULL, error = NULL,
  started_at = now(), updated_at = now()
RETURNING projection`;

/** The tables of the service are not there. */
export class NoLog extends DomainError {
  readonly code = 'NO_LOG';

  constructor(readonly service: string) {
    super(
      `this database has no log of ${service}: it was never started here. Start it once, so that it makes its tables, stop it and try again, or name the right database`,
    );
  }
}

/** A process of the service works on its feed. */
export class ServiceRuns extends DomainError {
  readonly code = 'SERVICE_RUNS';

  constructor(
    readonly service: string,
    readonly lease: string,
  ) {
    super(`${service} runs (the lease ${lease} is held): stop all its workers; after a crash wait some seconds, then try again`);
  }
}

/** The log holds events of which the store knows nothing: the store is not the right one, or somebody wrote into the log. */
export class LogHasMore extends DomainError {
  readonly code = 'LOG_HAS_MORE';

  constructor(
    readonly service: string,
    readonly count: number,
    /** The first of them. */
    readonly place: string,
    aggregateTypes: readonly string[],
  ) {
    super(
      `the log of ${service} holds ${count} events of ${aggregateTypes.join(', ')} that its event store does not have, such as ${place}; look whether this is the right store before you drop them`,
    );
  }
}
