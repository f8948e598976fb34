import { crashpoint } from '../../application/crashpoint.ts';
import { streamLabel, type StreamName } from '../../application/event-store.ts';
import { SingletonJob } from '../../application/singleton-job.ts';
import { NO_STREAM, type StreamPosition } from '../../domain/stream-position.ts';
import type { Database } from '../database/database.ts';
import type { UnitOfWork } from '../database/unit-of-work.ts';
import { isUnavailable } from '../database/pg-errors.ts';
import { copyStatement } from '../database/write-statement.ts';
import type { ChainedEvent } from '../domain-events/event-recorder.ts';
import type { FeedSignal } from '../subscriptions/feed-signal.ts';
import type { EventStoreService } from './event-store.service.ts';

/** After an append was heard of: the index of pending commits may show it only a moment later. */
const LOOK_EVERY_MS = 50;
const AWAKE_MS = 1_000;
/** A hint may be lost. Every look costs one query per mark, day and night. */
const LOOK_AT_LEAST_EVERY_MS = 500;
const SWEEP_EVERY_MS = 60 * 60_000;
const EVENTS_PER_STATEMENT = 500;

export interface RelayOptions {
  /** `<service>.relay`. */
  readonly name: string;
  /** How often every stream is compared with the log: finds commits that the index of pending ones does not know. */
  readonly sweepEveryMs?: number;
}

/**
 * Copies what the event store has committed into the service's log, from where publisher, sagas and projections take it. The index of pending
 * commits only says where to look; what is copied is read from the table itself, from the last version that the log has, in order, hashes
 * included. Copying twice changes nothing. The mark of a commit is taken off when the log has it. An append wakes the relay wherever it runs, if the
 * store was made with `appended: () => signal.raise('appended')`; without that it comes by twice a second.
 */
export abstract class StreamRelay extends SingletonJob {
  override readonly name: string;
  #sweptAt = performance.now();
  #heard = -1;
  #awakeUntil = -Infinity;

  constructor(
    private readonly store: EventStoreService,
    protected readonly signal: Pick<FeedSignal, 'heard' | 'next'>,
    private readonly options: RelayOptions,
  ) {
    super();
    this.name = options.name;
  }

  /** Where the log's copy of the stream ends. */
  protected abstract copiedTo(stream: StreamName): Promise<StreamPosition>;
  /** All of them or none; what the log has already is left as it is. Answers how many it had not. */
  protected abstract insert(batches: readonly (readonly ChainedEvent[])[]): Promise<number>;

  /** Throws RelayIncomplete, which names the streams that could not be copied; all others were. */
  override async turn(ended: AbortSignal): Promise<number> {
    const { sweepEveryMs = SWEEP_EVERY_MS } = this.options;
    const heard = this.signal.heard('appended');
    if (heard !== this.#heard) this.#awakeUntil = performance.now() + AWAKE_MS;
    this.#heard = heard;
    const pending = new Map<string, { stream: StreamName; versions: number[] }>();
    for await (const { version, ...stream } of this.store.pendingCommits()) {
      const known = pending.get(streamLabel(stream)) ?? { stream, versions: [] };
      known.versions.push(version);
      pending.set(streamLabel(stream), known);
    }
    const failed = new Failures();
    for (const { stream, versions } of pending.values()) {
      if (ended.aborted) return 0;
      await failed.unless(stream, async () => {
        await this.copy(stream);
        crashpoint('relay.after-copy');
        for (const version of versions) await this.store.markCopied(stream, version);
        crashpoint('relay.after-mark');
      });
    }
    if (performance.now() - this.#sweptAt >= sweepEveryMs) {
      await this.sweep(ended);
      this.#sweptAt = performance.now();
    }
    failed.report();
    if (pending.size > 0) return 0;
    return performance.now() < this.#awakeUntil ? LOOK_EVERY_MS : LOOK_AT_LEAST_EVERY_MS;
  }

  override async rest(ms: number, ended: AbortSignal): Promise<void> {
    await this.signal.next('appended', this.#heard, ms, ended);
  }

  /** Copies what the log lacks of every stream, whatever the index says; answers how many events that were. Throws RelayIncomplete. */
  async sweep(ended?: AbortSignal): Promise<number> {
    let found = 0;
    const failed = new Failures();
    for await (const stream of this.store.streams()) {
      if (ended?.aborted === true) break;
      await failed.unless(stream, async () => {
        found += await this.copy(stream);
      });
    }
    failed.report();
    return found;
  }

  /**
   * Copies what the log lacks of one stream, all of it or nothing, so that the log never ends inside of a commit; answers how many events. All
   * commits of the stream that were acknowledged before are in it.
   */
  async copy(stream: StreamName): Promise<number> {
    const batches = await this.#missing(stream);
    return batches.length === 0 ? 0 : this.insert(batches);
  }

  async #missing(stream: StreamName): Promise<ChainedEvent[][]> {
    const batches: ChainedEvent[][] = [];
    for await (const event of this.store.readStored(stream, { after: await this.copiedTo(stream) })) {
      const last = batches.at(-1);
      if (last === undefined || last.length === EVENTS_PER_STATEMENT) batches.push([event]);
      else last.push(event);
    }
    return batches;
  }
}

/** The relay of a service, into its log in Postgres. */
export class EventStoreRelay extends StreamRelay {
  constructor(
    store: EventStoreService,
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    protected override readonly signal: Pick<FeedSignal, 'raise' | 'heard' | 'next'>,
    options: RelayOptions,
  ) {
    super(store, signal, options);
  }

  protected override async copiedTo({ aggregateType, aggregateId }: StreamName): Promise<StreamPosition> {
    const { rows } = await this.database.query<{ version: number; hash: string; recorded_at: Date }>({
      name: 'relay-position',
      text: `SELECT stream_version AS version, hash, recorded_at FROM domain_events
             WHERE aggregate_type = $1 AND aggregate_id = $2 ORDER BY stream_version DESC LIMIT 1`,
      values: [aggregateType, aggregateId],
    });
    const [row] = rows;
    if (row === undefined) return NO_STREAM;
    return { version: row.version, hash: row.hash, recordedAt: row.recorded_at.toISOString() };
  }

  protected override async insert(batches: readonly (readonly ChainedEvent[])[]): Promise<number> {
    const copied = await this.unitOfWork.run(async () => {
      const client = await this.unitOfWork.client();
      let inserted = 0;
      for (const batch of batches) inserted += (await client.query(copyStatement(batch))).rowCount ?? 0;
      return inserted;
    });
    if (copied > 0) this.signal.raise('recorded');
    return copied;
  }
}

/** A stream that cannot be copied must not hold up the others. */
class Failures {
  readonly #errors = new Map<string, Error>();

  /** Throws at once when the database is away: then no stream can be copied. */
  async unless(stream: StreamName, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.#errors.set(streamLabel(stream), error instanceof Error ? error : new Error(String(error)));
    }
  }

  report(): void {
    if (this.#errors.size > 0) throw new RelayIncomplete(this.#errors);
  }
}

export class RelayIncomplete extends Error {
  readonly code = 'RELAY_INCOMPLETE';

  constructor(readonly failed: ReadonlyMap<string, Error>) {
    const [first] = failed;
    super(`${failed.size} streams could not be copied into the log, such as ${first?.[0]}: ${first?.[1].message}`);
    this.name = 'RelayIncomplete';
  }
}
