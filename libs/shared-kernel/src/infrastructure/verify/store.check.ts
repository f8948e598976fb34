import { BrokenStream, StreamArchived, streamLabel, type StreamName } from '../../application/event-store.ts';
import type { ChainedEvent } from '../domain-events/event-recorder.ts';
import { LOG_COLUMNS, loggedEvent, type LogRow } from '../domain-events/log-row.ts';
import type { EventStoreService } from '../event-store/event-store.service.ts';
import { MOST_LISTED, type Broken } from './broken.ts';
import type { Checks, Finding, Scope } from './check.ts';
import type { Snapshot } from './snapshot.ts';

export interface StoreToVerify {
  readonly store: EventStoreService;
  /** Types whose truth is the store. */
  readonly aggregateTypes: readonly string[];
}

/**
 * I9: the stored items are as they were written: every byte, every chain. I10: the log holds every event of the store once and as it is stored,
 * and no other of these types; what the relay has not copied yet is no violation while it is younger than the grace. One walk serves both.
 */
export function storeChecks(verified: StoreToVerify): Checks {
  let walking: Promise<Walked> | undefined;
  const walk = (snapshot: Snapshot, scope: Scope): Promise<Walked> => (walking ??= walkStore(verified, snapshot, scope));
  return {
    I9: async (snapshot, scope) => {
      const { looked, changed, foreign, undecided } = await walk(snapshot, scope);
      const strangers = foreign === 0 ? '' : `; ${foreign} keys of the table belong to no aggregate of this service`;
      return {
        ...changed.finding(looked),
        notJudged: `of the event store: marks of the feed, and the end of a stream that was cut off before the log had copied it${strangers}`,
        undecided,
      };
    },
    I10: async (snapshot, scope) => {
      const { looked, different, undecided } = await walk(snapshot, scope);
      return { ...different.finding(looked), undecided };
    },
  };
}

interface Walked {
  readonly looked: number;
  readonly changed: Violations;
  readonly different: Violations;
  readonly foreign: number;
  readonly undecided: string | undefined;
}

class Violations {
  readonly #listed: Broken[] = [];
  #total = 0;

  add(place: string, expected: string, found: string): void {
    this.#total++;
    if (this.#listed.length < MOST_LISTED) this.#listed.push({ place, expected, found });
  }

  finding(looked: number): Finding {
    return { looked, broken: this.#listed, total: this.#total };
  }
}

async function walkStore({ store, aggregateTypes }: StoreToVerify, snapshot: Snapshot, scope: Scope): Promise<Walked> {
  const [changed, different] = [new Violations(), new Violations()];
  const seen = new Set<string>();
  let [looked, foreign] = [0, 0];
  let undecided: string | undefined;
  try {
    for await (const stream of streamsIn(store, scope, () => foreign++)) {
      if (!aggregateTypes.includes(stream.aggregateType) || seen.has(streamLabel(stream))) continue;
      seen.add(streamLabel(stream));
      const logged = await loggedEvents(snapshot, stream);
      const stored = await storedEvents(store, stream, logged, changed, different);
      if (stored !== undefined) compare(stream, stored, logged, different, toleratedSince(snapshot, scope));
      looked += Math.max(stored?.length ?? 0, logged.length);
      scope.progress(looked);
    }
    await onlyLogged(snapshot, scope, aggregateTypes, seen, different);
  } catch (error) {
    undecided = `the event store cannot be read: ${error instanceof Error && error.message !== '' ? error.message : String(error)}`;
  }
  return { looked, changed, different, foreign, undecided };
}

async function* streamsIn(store: EventStoreService, { stream }: Scope, foreign: () => void): AsyncGenerator<StreamName> {
  if (stream === undefined) yield* store.streams(foreign);
  else yield stream;
}

async function loggedEvents(snapshot: Snapshot, { aggregateType, aggregateId }: StreamName): Promise<ChainedEvent[]> {
  const rows = await snapshot.rows<LogRow>(
    `SELECT ${LOG_COLUMNS} FROM domain_events WHERE aggregate_type = $1 AND aggregate_id = $2 ORDER BY stream_version`,
    [aggregateType, aggregateId],
  );
  return rows.map(loggedEvent);
}

/** Undefined for a stream that cannot be compared event by event: it was changed, which is noted, or its events have left the store. */
async function storedEvents(
  store: EventStoreService,
  stream: StreamName,
  logged: readonly ChainedEvent[],
  changed: Violations,
  different: Violations,
): Promise<ChainedEvent[] | undefined> {
  const label = streamLabel(stream);
  try {
    const events: ChainedEvent[] = [];
    for await (const event of store.readStored(stream, { everything: true })) events.push(event);
    return events;
  } catch (error) {
    if (error instanceof BrokenStream) {
      const items = await store.changedItems(stream, logged);
      for (const { version, attributes } of items)
        changed.add(`${label} version ${version}`, `${attributes.join(', ')} as the log has copied it`, error.reason);
      if (items.length === 0)
        changed.add(error.version === undefined ? label : `${label} version ${error.version}`, 'what was stored', error.reason);
      return undefined;
    }
    if (!(error instanceof StreamArchived)) throw error;
    const { version, hash } = await store.position(stream);
    const last = logged.at(-1);
    if (last?.hash !== hash || last.streamVersion !== version)
      different.add(`${label} version ${version}`, `hash ${hash}, where it was archived`, `hash ${last?.hash ?? 'of nothing'}`);
    return undefined;
  }
}

/** Instant from which an event may still be on its way into the log. */
function toleratedSince({ takenAt }: Snapshot, { graceMs }: Scope): string {
  return new Date(Date.parse(takenAt) - graceMs).toISOString();
}

function compare(
  stream: StreamName,
  stored: readonly ChainedEvent[],
  logged: readonly ChainedEvent[],
  different: Violations,
  toleratedFrom: string,
): void {
  const label = streamLabel(stream);
  const copies = new Map(logged.map((event) => [event.streamVersion, event]));
  const copiedTo = logged.at(-1)?.streamVersion ?? 0;
  for (const event of stored) {
    const place = `${label} version ${event.streamVersion}`;
    const copy = copies.get(event.streamVersion);
    copies.delete(event.streamVersion);
    const isUnderWay = event.streamVersion > copiedTo && event.recordedAt > toleratedFrom;
    if (copy === undefined && !isUnderWay)
      different.add(place, `event ${event.eventId} of the store in the log`, `nothing since ${event.recordedAt}`);
    const fields = copy === undefined ? [] : differingFields(event, copy);
    if (fields.length > 0) different.add(place, `${fields.join(', ')} as in the store`, 'something else in the log');
  }
  for (const [version, { eventId }] of copies)
    different.add(`${label} version ${version}`, `event ${eventId} of the log in the store`, 'nothing');
}

function differingFields(event: ChainedEvent, copy: ChainedEvent): string[] {
  const copied = new Map(Object.entries(copy));
  const names = new Set([...Object.keys(event), ...copied.keys()]);
  const own = new Map(Object.entries(event));
  return [...names].filter((name) => own.get(name) !== copied.get(name));
}

async function onlyLogged(
  snapshot: Snapshot,
  { stream }: Scope,
  aggregateTypes: readonly string[],
  seen: ReadonlySet<string>,
  different: Violations,
): Promise<void> {
  if (stream !== undefined) return;
  const pages = snapshot.pages<StreamName & { events: string }>(
    `SELECT aggregate_type AS "aggregateType", aggregate_id AS "aggregateId", count(*) AS events FROM domain_events
     WHERE aggregate_type = ANY($1) GROUP BY aggregate_type, aggregate_id ORDER BY 1, 2`,
    [aggregateTypes],
  );
  for await (const page of pages) {
    for (const { events, ...only } of page) {
      if (!seen.has(streamLabel(only)))
        different.add(`${streamLabel(only)} version 1`, 'the stream in the store', `nothing; the log has ${events} events of it`);
    }
  }
}
