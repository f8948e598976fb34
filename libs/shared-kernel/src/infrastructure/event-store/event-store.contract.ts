import { deepStrictEqual, equal, ok, rejects, throws } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../application/clock.ts';
import { EventContracts, type EventContract } from '../../application/event-contract.ts';
import type { EventStore, StreamName } from '../../application/event-store.ts';
import { inMessageContext } from '../../application/message-context.ts';
import { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import { NO_STREAM, type StreamPosition } from '../../domain/stream-position.ts';

/** Declares one test; `test` of vitest, jest or node:test. */
export type DeclareTest = (title: string, body: () => Promise<void>) => unknown;

/** One set of data that any number of stores can be opened on. Tests use streams of their own, so all may share it. */
export interface EventStoreUnderTest {
  open(contracts: EventContracts, clock: Clock): EventStore;
  /** Changes one stored event behind the store's back, in a way that it can still be read. */
  edit(stream: StreamName, version: number): Promise<void>;
  /** Takes away the commit that begins with `version`. */
  remove(stream: StreamName, version: number): Promise<void>;
  /** Lets two commits that begin with these versions take each other's place, versions included. */
  swap(stream: StreamName, one: number, other: number): Promise<void>;
}

/** What every EventStore promises, for adapters of your own as well. Asserts with node:assert. */
export function eventStoreContract(test: DeclareTest, underTest: () => EventStoreUnderTest): void {
  const clock = new TestClock();
  const open = (contracts = jarContracts): EventStore => underTest().open(contracts, clock);

  test('an event is read as it was appended, with the metadata of the message that caused it', async () => {
    const store = open();
    const stream = newStream();
    clock.set('2026-03-01T10:00:00.000Z');
    const position = await append(store, stream, [opened('red')]);
    const [event, ...others] = await store.readStream(stream).all();
    equal(others.length, 0);
    equal(event?.eventId.length, 36);
    deepStrictEqual(event, {
      eventId: event.eventId,
      eventName: 'jar.opened',
      schemaVersion: 2,
      ...stream,
      streamVersion: 1,
      occurredAt: '2026-03-01T10:00:00.000Z',
      recordedAt: '2026-03-01T10:00:00.000Z',
      correlationId: 'correlation-1',
      causationId: 'message-1',
      userId: 'owner-1',
      actor: { id: 'user-1', type: 'user', role: 'admin' },
      traceparent: '00-1-2-01',
      payload: { ownerId: 'owner-1', colour: 'red' },
      hash: position.hash,
    });
    deepStrictEqual(position, { version: 1, hash: event.hash, recordedAt: event.recordedAt });
  });

  for (const count of [2, 10, 90]) {
    test(`${count} events of one decision are stored together, in their order`, async () => {
      const store = open();
      const stream = newStream();
      const position = await append(store, stream, filledTimes(count));
      equal(position.version, count);
      const events = await store.readStream(stream).all();
      deepStrictEqual(
        events.map(({ streamVersion }) => streamVersion),
        versions(1, count),
      );
      deepStrictEqual(events.map(noteOf), versions(1, count).map(String));
      equal(events.at(-1)?.hash, position.hash);
      equal(new Set(events.map(({ eventId }) => eventId)).size, count);
    });
  }

  test('91 events and none are refused, and nothing is stored', async () => {
    const store = open();
    const stream = newStream();
    await rejects(append(store, stream, filledTimes(91)), { code: 'TOO_MANY_EVENTS', count: 91, most: 90 });
    await rejects(append(store, stream, []), { code: 'NOTHING_TO_APPEND' });
    equal(await store.currentVersion(stream), 0);
    equal((await append(store, stream, filledTimes(90))).version, 90);
  });

  test('a decision with one event that breaks its contract is not stored at all', async () => {
    const store = open();
    const stream = newStream();
    const broken = new JarFilled({ ownerId: 'owner-1', note: '' });
    await rejects(append(store, stream, [opened(), filled(), broken]), { code: 'CONTRACT_VIOLATION' });
    deepStrictEqual(await store.readStream(stream).all(), []);
    await append(store, stream, [opened(), filled()]);
    equal(await store.currentVersion(stream), 2);
  });

  test('outside of a message nothing is appended', async () => {
    const store = open();
    const stream = newStream();
    await rejects(store.append(stream, [opened()], { expected: 'no-stream', commitId: 'c-1' }), { code: 'NO_MESSAGE_CONTEXT' });
    equal(await store.currentVersion(stream), 0);
  });

  test('a stream is begun once', async () => {
    const store = open();
    const stream = newStream();
    await append(store, stream, [opened()]);
    await rejects(append(store, stream, [opened()]), { code: 'CONCURRENCY_CONFLICT', expected: 0, actual: 1 });
    equal(await store.currentVersion(stream), 1);
  });

  test('G39 a writer that has not seen the last event learns what it expected and where the stream is, whatever the size of the commits', async () => {
    const store = open();
    const stream = newStream();
    const first = await append(store, stream, [opened()]);
    const second = await append(store, stream, filledTimes(3), first);
    for (const late of [[filled()], filledTimes(5)]) {
      await rejects(append(store, stream, late, first), {
        code: 'CONCURRENCY_CONFLICT',
        stream: `Jar/${stream.aggregateId}`,
        expected: 1,
        actual: 4,
      });
    }
    const third = await append(store, stream, [filled()], second);
    await rejects(append(store, stream, [filled()], first), { expected: 1, actual: 5 });
    deepStrictEqual(await store.position(stream), third);
  });

  test('of 20 writers that saw one position exactly one wins, each time, and versions stay dense', async () => {
    const store = open();
    const stream = newStream();
    let position: StreamPosition | undefined;
    for (let round = 1; round <= 3; round++) {
      const outcomes = await Promise.allSettled(
        versions(1, 20).map((writer) => append(store, stream, filledTimes((writer % 3) + 1), position)),
      );
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      equal(won.length, 1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') equal(codeOf(outcome.reason), 'CONCURRENCY_CONFLICT');
      }
      position = won[0]?.value;
    }
    const events = await store.readStream(stream).all();
    deepStrictEqual(
      events.map(({ streamVersion }) => streamVersion),
      versions(1, position?.version ?? 0),
    );
  });

  test('an append that is repeated with its commit id answers the first position and writes nothing, also after others went on', async () => {
    const store = open();
    const stream = newStream();
    const before = await append(store, stream, [opened()]);
    const commitId = randomUUID();
    const first = await append(store, stream, filledTimes(3), before, commitId);
    deepStrictEqual(await append(store, stream, filledTimes(3), before, commitId), first);
    const others = await append(store, stream, [filled()], first);
    clock.advance(24 * 3_600_000);
    deepStrictEqual(await append(store, stream, filledTimes(3), before, commitId), first);
    deepStrictEqual(await store.position(stream), others);
    equal((await store.readStream(stream).all()).length, 5);
  });

  test('a commit id that belongs to another decision is refused, and so is one without text', async () => {
    const store = open();
    const stream = newStream();
    await append(store, stream, [opened()], undefined, 'c-1');
    await rejects(append(store, stream, [opened(), filled()], undefined, 'c-1'), { code: 'COMMIT_ID_REUSED', commitId: 'c-1' });
    await rejects(append(store, stream, [filled()], undefined, 'c-1'), { code: 'COMMIT_ID_REUSED' });
    await rejects(append(store, stream, [opened()], undefined, ''), { code: 'INVALID_COMMIT_ID' });
    equal(await store.currentVersion(stream), 1);
  });

  test('a read begins after a version, a position or the middle of a commit, and ends at a version', async () => {
    const store = open();
    const { stream, positions } = await threeCommits(store);
    const read = async (options: Parameters<EventStore['readStream']>[1]) =>
      (await store.readStream(stream, options).all()).map(({ streamVersion }) => streamVersion);
    deepStrictEqual(await read({}), versions(1, 9));
    deepStrictEqual(await read({ after: 3 }), versions(4, 9));
    deepStrictEqual(await read({ after: 5 }), versions(6, 9));
    deepStrictEqual(await read({ after: 9 }), []);
    deepStrictEqual(await read({ after: 12 }), []);
    for (const position of positions) deepStrictEqual(await read({ after: position }), versions(position.version + 1, 9));
    deepStrictEqual(await read({ upTo: 1 }), [1]);
    deepStrictEqual(await read({ upTo: 5 }), versions(1, 5));
    deepStrictEqual(await read({ upTo: 40 }), versions(1, 9));
    deepStrictEqual(await read({ after: 4, upTo: 8 }), versions(5, 8));
    deepStrictEqual(await read({ after: 4, upTo: 5 }), [5]);
    deepStrictEqual(await read({ after: 5, upTo: 5 }), []);
  });

  test('a read as of an instant holds what the store knew then, also when the clock went back', async () => {
    const store = open();
    const stream = newStream();
    clock.set('2026-03-01T10:00:00.000Z');
    const first = await append(store, stream, [opened()]);
    clock.set('2026-03-01T11:00:00.000Z');
    const second = await append(store, stream, [filled()], first);
    clock.set('2026-03-01T09:00:00.000Z');
    const third = await append(store, stream, [filled()], second);
    equal(third.recordedAt, '2026-03-01T11:00:00.000Z');
    const countAt = async (instant: string) => (await store.readStream(stream, { asOf: new Date(instant) }).all()).length;
    equal(await countAt('2026-03-01T09:59:59.999Z'), 0);
    equal(await countAt('2026-03-01T10:00:00.000Z'), 1);
    equal(await countAt('2026-03-01T10:59:59.999Z'), 1);
    equal(await countAt('2026-03-01T11:00:00.000Z'), 3);
    deepStrictEqual(
      (await store.readStream(stream).all()).map(({ occurredAt }) => occurredAt.slice(11, 13)),
      ['10', '11', '09'],
    );
  });

  test('where the stream stands is known only when its end was read', async () => {
    const store = open();
    const { stream, positions } = await threeCommits(store);
    const whole = store.readStream(stream);
    throws(() => whole.end, { code: 'END_NOT_REACHED' });
    await whole.all();
    deepStrictEqual(whole.end, positions.at(-1));
    for (const options of [{ upTo: 3 }, { upTo: 5 }, { upTo: 9 }, { asOf: new Date(0) }, { after: 12 }]) {
      const cut = store.readStream(stream, options);
      await cut.all();
      throws(() => cut.end, { code: 'END_NOT_REACHED' }, JSON.stringify(options));
    }
    const left = store.readStream(stream);
    for await (const _event of left) break;
    throws(() => left.end, { code: 'END_NOT_REACHED' });
    for (const after of [0, 3, 5, 9, ...positions]) {
      const tail = store.readStream(stream, { after });
      await tail.all();
      deepStrictEqual(tail.end, positions.at(-1));
    }
    const absent = store.readStream(newStream());
    await absent.all();
    deepStrictEqual(absent.end, NO_STREAM);
    await append(store, stream, [filled()], whole.end);
  });

  test('G34 40 events of 150 KB, more than a page of 1 MB, are read completely and in order', async () => {
    const store = open();
    const stream = newStream();
    let position: StreamPosition | undefined;
    for (let version = 1; version <= 40; version++) {
      position = await append(store, stream, [filled(`${version}:${'x'.repeat(150_000)}`)], position);
    }
    const events = await store.readStream(stream).all();
    deepStrictEqual(
      events.map((event) => noteOf(event).split(':')[0]),
      versions(1, 40).map(String),
    );
    equal((await store.readStream(stream, { after: 20 }).all()).length, 20);
    deepStrictEqual(await store.verify(stream), position);
  });

  test('a read after an acknowledged append holds it', async () => {
    const store = open();
    const other = open();
    const stream = newStream();
    let position: StreamPosition | undefined;
    for (let version = 1; version <= 20; version++) {
      position = await append(store, stream, [filled()], position);
      equal((await other.readStream(stream, { after: version - 1 }).all()).length, 1);
      equal(await other.currentVersion(stream), version);
    }
  });

  test('the position and version of a stream are those of its last event', async () => {
    const store = open();
    deepStrictEqual(await store.position(newStream()), NO_STREAM);
    equal(await store.currentVersion(newStream()), 0);
    const { stream, positions } = await threeCommits(store);
    deepStrictEqual(await store.position(stream), positions.at(-1));
    equal(await store.currentVersion(stream), 9);
  });

  test('the newest commits are read without the old ones', async () => {
    const store = open();
    const { stream, positions } = await threeCommits(store);
    const recent = async (commits: number) => {
      const { events, end } = await store.readRecent(stream, commits);
      deepStrictEqual(end, positions.at(-1));
      return events.map(({ streamVersion }) => streamVersion);
    };
    deepStrictEqual(await recent(1), [9]);
    deepStrictEqual(await recent(2), versions(4, 9));
    deepStrictEqual(await recent(3), versions(1, 9));
    deepStrictEqual(await recent(100), versions(1, 9));
    deepStrictEqual(await store.readRecent(newStream(), 10), { events: [], end: NO_STREAM });
  });

  test('a snapshot is kept until a newer one comes, and read only by the fold that made it', async () => {
    const store = open();
    const stream = newStream();
    const at = (version: number): StreamPosition => ({ version, hash: 'a'.repeat(64), recordedAt: '2026-03-01T10:00:00.000Z' });
    const snapshot = { state: { notes: ['é'], count: 2 }, position: at(2), foldFingerprint: 'fold-1' };
    equal(await store.loadSnapshot(stream, 'fold-1'), undefined);
    equal(await store.saveSnapshot(stream, snapshot), true);
    deepStrictEqual(await store.loadSnapshot(stream, 'fold-1'), snapshot);
    equal(await store.loadSnapshot(stream, 'fold-2'), undefined);
    equal(await store.saveSnapshot(stream, { ...snapshot, state: {}, position: at(1) }), false);
    equal(await store.saveSnapshot(stream, { ...snapshot, state: {} }), false);
    deepStrictEqual(await store.loadSnapshot(stream, 'fold-1'), snapshot);
    const newer = { ...snapshot, state: { notes: [] }, position: at(10) };
    equal(await store.saveSnapshot(stream, newer), true);
    deepStrictEqual(await store.loadSnapshot(stream, 'fold-1'), newer);
    deepStrictEqual(await store.readStream(stream).all(), []);
    const large = { ...newer, state: { note: 'x'.repeat(400_000) }, position: at(11) };
    await rejects(store.saveSnapshot(stream, large), { code: 'COMMIT_TOO_LARGE' });
  });

  test('equal events in another stream, or after another event, have another hash', async () => {
    const store = open();
    const [one, other] = [newStream(), newStream()];
    const first = await append(store, one, [filled('a')]);
    const second = await append(store, one, [filled('a')], first);
    equal(new Set([first.hash, second.hash, (await append(store, other, [filled('a')])).hash]).size, 3);
  });

  test('an unharmed stream verifies, up to where it stands', async () => {
    const store = open();
    const { stream, positions } = await threeCommits(store);
    deepStrictEqual(await store.verify(stream), positions.at(-1));
    deepStrictEqual(await store.verify(newStream()), NO_STREAM);
  });

  for (const version of [1, 4, 5, 8, 9]) {
    test(`an edited event is found, and the place is named: version ${version} of 9`, async () => {
      const store = open();
      const { stream } = await threeCommits(store);
      await store.verify(stream);
      await underTest().edit(stream, version);
      await rejects(store.verify(stream), { code: 'BROKEN_STREAM', message: new RegExp(`version ${version}\\b`) });
    });
  }

  test('a removed commit is found by every read that passes its place', async () => {
    const store = open();
    const { stream } = await threeCommits(store);
    equal((await store.readStream(stream).all()).length, 9);
    await underTest().remove(stream, 4);
    await rejects(store.readStream(stream).all(), { code: 'BROKEN_STREAM', message: /version 9 follows version 3/ });
    await rejects(store.readStream(stream, { after: 5 }).all(), { code: 'BROKEN_STREAM' });
    await rejects(store.readRecent(stream, 5), { code: 'BROKEN_STREAM' });
    await rejects(store.verify(stream), { code: 'BROKEN_STREAM' });
    equal((await store.readStream(stream, { upTo: 3 }).all()).length, 3);
  });

  test('a removed beginning is found', async () => {
    const store = open();
    const { stream } = await threeCommits(store);
    await underTest().remove(stream, 1);
    await rejects(store.readStream(stream).all(), { code: 'BROKEN_STREAM', message: /version 4 follows version 0/ });
    await rejects(store.readStream(stream, { upTo: 5 }).all(), { code: 'BROKEN_STREAM' });
  });

  test('commits that took each other’s place are found', async () => {
    const store = open();
    const stream = newStream();
    let position = await append(store, stream, [filled('a')]);
    for (const note of ['b', 'c', 'd']) position = await append(store, stream, [filled(note)], position);
    deepStrictEqual(await store.verify(stream), position);
    await underTest().swap(stream, 2, 3);
    await rejects(store.verify(stream), { code: 'BROKEN_STREAM', message: /version 2\b/ });
  });

  test('a reader that knows an earlier position finds that the past was replaced', async () => {
    const store = open();
    const { stream, positions } = await threeCommits(store);
    const [, second] = positions;
    ok(second);
    equal((await store.readStream(stream, { after: second }).all()).length, 1);
    const reading = store.readStream(stream, { after: { ...second, hash: 'f'.repeat(64) } });
    await rejects(reading.all(), { code: 'BROKEN_STREAM' });
  });

  test('names that could reach another stream are refused before anything is sent', async () => {
    const store = open();
    const { aggregateId } = newStream();
    for (const name of ['', 'a#b', 'a/b', 'a b', 'é', 'x'.repeat(65), `${aggregateId}#SNAPSHOT`]) {
      const stream = { aggregateType: 'Jar', aggregateId: name };
      await rejects(append(store, stream, [opened()]), { code: 'INVALID_STREAM' }, name);
      await rejects(store.readStream(stream).all(), { code: 'INVALID_STREAM' }, name);
      await rejects(store.position(stream), { code: 'INVALID_STREAM' }, name);
    }
    for (const aggregateType of ['JAR', 'jar', 'Jug', '', 'Jar#1'])
      await rejects(append(store, { aggregateType, aggregateId }, [opened()]), { code: 'INVALID_STREAM' }, aggregateType);
    equal((await append(store, { aggregateType: 'Jar', aggregateId: 'x'.repeat(20) + aggregateId }, [opened()])).version, 1);
  });

  test('an event or a commit that is too large is refused, and the largest that fit are stored', async () => {
    const store = open();
    const stream = newStream();
    await rejects(append(store, stream, [filled('x'.repeat(240 * 1024))]), { code: 'EVENT_TOO_LARGE' });
    const third = 'x'.repeat(120 * 1024);
    await rejects(append(store, stream, [filled(third), filled(third), filled(third)]), { code: 'COMMIT_TOO_LARGE' });
    equal(await store.currentVersion(stream), 0);
    const first = await append(store, stream, [filled('x'.repeat(239 * 1024))]);
    await append(store, stream, [filled(third), filled(third)], first);
    equal((await store.readStream(stream).all()).length, 3);
  });

  test('an event that nobody has described stops the read', async () => {
    const store = open();
    const { stream } = await threeCommits(store);
    const ignorant = open(new EventContracts([jarOpened]));
    const seen: number[] = [];
    const read = async () => {
      for await (const { streamVersion } of ignorant.readStream(stream)) seen.push(streamVersion);
    };
    await rejects(read(), { code: 'UNKNOWN_EVENT', eventName: 'jar.filled' });
    deepStrictEqual(seen, [1]);
    await rejects(append(ignorant, newStream(), [filled()]), { code: 'UNKNOWN_EVENT' });
  });

  test('an event of an old release is read in its newest shape, and its hash stays that of what is stored', async () => {
    const stream = newStream();
    const old = open(new EventContracts([jarOpenedV1, jarFilled]));
    const position = await append(old, stream, [new JarOpenedV1({ ownerId: 'owner-1' })]);
    const [before] = await old.readStream(stream).all();
    deepStrictEqual([before?.schemaVersion, before?.payload], [1, { ownerId: 'owner-1' }]);
    const store = open();
    const [event] = await store.readStream(stream).all();
    deepStrictEqual([event?.schemaVersion, event?.payload], [2, { ownerId: 'owner-1', colour: 'white' }]);
    equal(event?.hash, before?.hash);
    deepStrictEqual(await store.verify(stream), position);
    equal((await append(store, stream, [filled()], position)).version, 2);
  });

  /** Versions 1 to 3, 4 to 8, and 9. */
  async function threeCommits(store: EventStore): Promise<{ stream: StreamName; positions: readonly StreamPosition[] }> {
    const stream = newStream();
    const first = await append(store, stream, [opened(), filled('2'), filled('3')]);
    const second = await append(store, stream, filledTimes(5), first);
    return { stream, positions: [first, second, await append(store, stream, [filled('9')], second)] };
  }
}

export class JarOpened extends BaseDomainEvent<{ ownerId: string; colour: string }> {
  static override readonly EVENT_NAME = 'jar.opened';
}
export class JarFilled extends BaseDomainEvent<{ ownerId: string; note: string }> {
  static override readonly EVENT_NAME = 'jar.filled';
}
class JarOpenedV1 extends BaseDomainEvent<{ ownerId: string }> {
  static override readonly EVENT_NAME = 'jar.opened';
}

/** A payload of exactly these fields, each of them a text. */
function texts<Name extends string>(payload: unknown, names: readonly Name[]): Record<Name, string>;
function texts(payload: unknown, names: readonly string[]): Record<string, string> {
  const fields = typeof payload === 'object' && payload !== null ? Object.entries(payload) : [];
  const wrong = fields.length !== names.length || fields.some(([name, value]) => !names.includes(name) || !value);
  if (wrong) throw Object.assign(new Error('the payload breaks its contract'), { code: 'CONTRACT_VIOLATION' });
  return Object.fromEntries(fields.map(([name, value]) => [name, String(value)]));
}

const jar = { producer: 'jar-service', aggregateType: 'Jar', scope: 'local', personal: [] } as const;
const jarOpenedV1: EventContract<{ ownerId: string }> = {
  ...jar,
  name: 'jar.opened',
  schemaVersion: 1,
  about: ({ ownerId }) => ownerId,
  parse: (payload) => texts(payload, ['ownerId']),
  read: (_version, payload) => texts(payload, ['ownerId']),
};
const jarOpened: EventContract<{ ownerId: string; colour: string }> = {
  ...jarOpenedV1,
  schemaVersion: 2,
  parse: (payload) => texts(payload, ['ownerId', 'colour']),
  read: (version, payload) =>
    version === 1 ? { ...texts(payload, ['ownerId']), colour: 'white' } : texts(payload, ['ownerId', 'colour']),
};
const jarFilled: EventContract<{ ownerId: string; note: string }> = {
  ...jar,
  name: 'jar.filled',
  schemaVersion: 1,
  about: ({ ownerId }) => ownerId,
  parse: (payload) => texts(payload, ['ownerId', 'note']),
  read: (_version, payload) => texts(payload, ['ownerId', 'note']),
};

/** Contracts of the streams that the suite writes. */
export const jarContracts: EventContracts = new EventContracts([jarOpened, jarFilled]);

export function opened(colour = 'red'): JarOpened {
  return new JarOpened({ ownerId: 'owner-1', colour });
}

export function filled(note = 'jam'): JarFilled {
  return new JarFilled({ ownerId: 'owner-1', note });
}

export function newStream(): StreamName {
  return { aggregateType: 'Jar', aggregateId: randomUUID() };
}

/** As part of a message; without `expected` as the first commit. */
export function append(
  store: EventStore,
  stream: StreamName,
  events: readonly BaseDomainEvent[],
  expected: 'no-stream' | StreamPosition = 'no-stream',
  commitId: string = randomUUID(),
): Promise<StreamPosition> {
  return inJarMessage(async () => store.append(stream, events, { expected, commitId }));
}

export function inJarMessage<T>(work: () => T): T {
  const actor = { id: 'user-1', type: 'user', role: 'admin' } as const;
  return inMessageContext({ messageId: 'message-1', correlationId: 'correlation-1', traceparent: '00-1-2-01', actor }, work);
}

/** Stands still until it is told otherwise. */
export class TestClock {
  #now = new Date('2026-03-01T10:00:00.000Z');

  now(): Date {
    return this.#now;
  }

  set(instant: string): void {
    this.#now = new Date(instant);
  }

  advance(ms: number): void {
    this.#now = new Date(this.#now.getTime() + ms);
  }
}

function filledTimes(count: number): JarFilled[] {
  return versions(1, count).map((note) => filled(String(note)));
}

export function versions(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function noteOf({ payload }: { readonly payload: object }): string {
  return 'note' in payload ? String(payload.note) : '';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}
