import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AppendOptions, ReadOptions, StreamName } from '../../src/application/event-store.ts';
import { inMessageContext } from '../../src/application/message-context.ts';
import type { BaseDomainEvent } from '../../src/domain/base-domain.event.ts';
import type { StreamPosition } from '../../src/domain/stream-position.ts';
import { inJarMessage, jarContracts, TestClock, versions } from '../../src/infrastructure/event-store/event-store.contract.ts';
import {
  EventSourcedRepository,
  type EventSourcedRepositoryOptions,
} from '../../src/infrastructure/event-store/event-sourced.repository.ts';
import { InMemoryEventStore, InMemoryEventTable } from '../../src/infrastructure/event-store/in-memory.event-store.ts';
import { Jar, type JarState } from './jar.fixture.ts';

/** Counts the calls, and can lose the reply of the next append. */
class WatchedStore extends InMemoryEventStore {
  readonly calls: string[] = [];
  /** What happens just before an append reaches the table. */
  overtaking: (() => Promise<unknown>) | undefined;
  #loseReply = false;

  loseNextReply(): void {
    this.#loseReply = true;
  }
  override async append(stream: StreamName, events: readonly BaseDomainEvent[], options: AppendOptions): Promise<StreamPosition> {
    this.calls.push('append');
    await this.overtaking?.();
    const position = await super.append(stream, events, options);
    if (this.#loseReply) {
      this.#loseReply = false;
      throw new Error('connection reset');
    }
    return position;
  }
  override readStream(stream: StreamName, options: ReadOptions = {}) {
    this.calls.push(options.after === undefined ? 'read whole' : 'read tail');
    return super.readStream(stream, options);
  }
  override async readRecent(stream: StreamName, commits: number) {
    this.calls.push('read recent');
    return super.readRecent(stream, commits);
  }
  override async loadSnapshot<State extends object>(stream: StreamName, foldFingerprint: string) {
    this.calls.push('load snapshot');
    return super.loadSnapshot<State>(stream, foldFingerprint);
  }
  override async saveSnapshot(...args: Parameters<InMemoryEventStore['saveSnapshot']>) {
    this.calls.push('save snapshot');
    return super.saveSnapshot(...args);
  }
}

function world(options: EventSourcedRepositoryOptions = {}) {
  const clock = new TestClock();
  const table = new InMemoryEventTable();
  const store = new WatchedStore(jarContracts, clock, { table });
  const replica = (more: EventSourcedRepositoryOptions = {}) =>
    new EventSourcedRepository<JarState, Jar>(store, Jar, { pause: async () => undefined, ...options, ...more });
  return { clock, table, store, jars: replica(), replica };
}

async function bought(jars: EventSourcedRepository<JarState, Jar>, notes = 0): Promise<string> {
  const jar = Jar.open();
  for (const note of versions(1, Math.min(notes, 89))) jar.fill(String(note));
  await inJarMessage(() => jars.save(jar));
  for (const note of versions(90, notes)) await inJarMessage(() => jars.change(jar.id, (same) => same.fill(String(note))));
  return jar.id;
}

const fill = (jars: EventSourcedRepository<JarState, Jar>, id: string, note: string) =>
  inJarMessage(() => jars.change(id, (jar) => jar.fill(note)));

test('what is saved is there when it is loaded, and saving it again changes nothing', async () => {
  const { store, jars, replica } = world();
  const jar = Jar.open();
  jar.fill('jam');
  const position = await inJarMessage(() => jars.save(jar));
  expect(position.version).toBe(2);
  expect(jar.getUncommittedEvents()).toEqual([]);
  expect((await replica().get(jar.id)).snapshot).toEqual({ ownerId: jar.id, colour: 'red', notes: ['jam'] });
  expect(await inJarMessage(() => jars.save(jar))).toEqual(position);
  jar.fill('honey');
  await inJarMessage(() => jars.save(jar));
  expect((await jars.get(jar.id)).notes).toEqual(['jam', 'honey']);
  expect(store.calls.filter((call) => call === 'append')).toHaveLength(2);
});

test('G43 an aggregate that does not exist is not found, for whoever asks and whatever the id looks like', async () => {
  const { jars } = world();
  const id = await bought(jars);
  expect((await jars.get(id)).id).toBe(id);
  for (const absent of [randomUUID(), 'a#b', '']) {
    const notFound = { code: 'NOT_FOUND', kind: 'Jar', id: absent };
    await expect(jars.get(absent)).rejects.toMatchObject(notFound);
    await expect(jars.change(absent, (jar) => jar.fill('jam'))).rejects.toMatchObject(notFound);
    await expect(jars.stateAt(absent, { version: 1 })).rejects.toMatchObject(notFound);
    await expect(jars.historyOf(absent)).rejects.toMatchObject(notFound);
    await expect(jars.diff(absent, 1, 2)).rejects.toMatchObject(notFound);
  }
});

test('the same aggregate is created once', async () => {
  const { jars } = world();
  const id = await bought(jars);
  await expect(inJarMessage(() => jars.save(Jar.open(id)))).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT', expected: 0 });
});

test('a save on an old state is refused, and what it recorded is not lost', async () => {
  const { jars, replica } = world();
  const id = await bought(jars);
  const mine = await jars.get(id);
  await fill(replica(), id, 'theirs');
  mine.fill('mine');
  await expect(inJarMessage(() => jars.save(mine))).rejects.toMatchObject({
    code: 'CONCURRENCY_CONFLICT',
    expected: 1,
    actual: 2,
  });
  expect(mine.getUncommittedEvents()).toHaveLength(1);
  await fill(jars, id, 'mine');
  expect((await jars.get(id)).notes).toEqual(['theirs', 'mine']);
});

test('an aggregate from somewhere else than its repository is not continued: it may stand inside a commit', async () => {
  const { store, jars } = world();
  const id = await bought(jars, 5);
  const [first, second] = await store.readStream({ aggregateType: 'Jar', aggregateId: id }).all();
  if (first === undefined || second === undefined) throw new Error('not enough events');
  const old = Jar.fromHistory([first, second]);
  old.fill('fork');
  await expect(inJarMessage(() => jars.save(old))).rejects.toMatchObject({ code: 'NOT_AT_ITS_END' });
  expect((await jars.get(id)).notes).toHaveLength(5);
});

test('a change decides on memory without a read, and on the newest state when another process was faster', async () => {
  const { store, jars, replica } = world();
  const id = await bought(jars);
  const other = replica();
  store.calls.length = 0;
  const { position } = await fill(jars, id, 'a');
  expect(position.version).toBe(2);
  expect(store.calls).toEqual(['append']);
  await fill(other, id, 'b');
  store.calls.length = 0;
  await fill(jars, id, 'c');
  expect(store.calls).toEqual(['append', 'read recent', 'append']);
  expect((await replica().get(id)).notes).toEqual(['a', 'b', 'c']);
});

test('a decision that refuses, or changes nothing, counts only on the newest state', async () => {
  const { jars, replica } = world();
  const other = replica();
  const id = await bought(jars, 2);
  await expect(inJarMessage(() => jars.change(id, (jar) => jar.fillUpTo(2, 'x')))).rejects.toMatchObject({ code: 'JAR_FULL' });
  await fill(other, id, 'three');
  const seen: number[] = [];
  const decide = (jar: Jar) => {
    seen.push(jar.notes.length);
    if (jar.notes.length < 3) throw new Error('decided on an old state');
    jar.fill('four');
  };
  await inJarMessage(() => jars.change(id, decide));
  expect(seen).toEqual([2, 3]);

  await fill(other, id, 'five');
  const { result, position } = await inJarMessage(() =>
    jars.change(id, (jar) => {
      jar.fillOnce('four');
      return jar.notes.length;
    }),
  );
  expect([result, position.version]).toEqual([5, 6]);
});

test('writers of one stream inside a process take turns: each decides once, and none loses', async () => {
  const { store, jars } = world();
  const id = await bought(jars);
  store.calls.length = 0;
  await Promise.all(versions(1, 50).map((note) => fill(jars, id, String(note))));
  expect(store.calls).toEqual(versions(1, 50).map(() => 'append'));
  expect((await jars.get(id)).notes).toEqual(versions(1, 50).map(String));
});

test('writers in different processes all succeed, each exactly once', async () => {
  const { jars, replica } = world({ attempts: 100 });
  const id = await bought(jars);
  const replicas = versions(1, 5).map(() => replica());
  await Promise.all(replicas.flatMap((each, index) => versions(1, 10).map((note) => fill(each, id, `${index}:${note}`))));
  const { notes } = await replica().get(id);
  expect(notes).toHaveLength(50);
  expect(new Set(notes).size).toBe(50);
});

test('a race is lost for good after so many attempts; other errors are never repeated', async () => {
  const { store, table, jars } = world({ attempts: 3 });
  const id = await bought(jars);
  const fasterStore = new InMemoryEventStore(jarContracts, new TestClock(), { table });
  const faster = new EventSourcedRepository<JarState, Jar>(fasterStore, Jar);
  let decided = 0;
  const decideOften = () =>
    inJarMessage(() =>
      jars.change(id, (jar) => {
        decided++;
        jar.fill('slow');
      }),
    );
  await decideOften();
  expect(decided).toBe(1);
  decided = 0;
  store.overtaking = () => fill(faster, id, 'fast');
  await expect(decideOften()).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT', expected: 4, actual: 5 });
  expect(decided).toBe(3);
  store.overtaking = undefined;
  decided = 0;
  store.loseNextReply();
  await expect(decideOften()).rejects.toThrow('connection reset');
  expect(decided).toBe(1);
});

test('a save whose reply got lost succeeds when it is repeated, and its events are there once', async () => {
  const { store, jars, replica } = world();
  const id = await bought(jars);
  const jar = await jars.get(id);
  jar.fill('jam');
  store.loseNextReply();
  await expect(inJarMessage(() => jars.save(jar))).rejects.toThrow('connection reset');
  await fill(replica(), id, 'honey');
  expect((await inJarMessage(() => jars.save(jar))).version).toBe(2);
  expect((await replica().get(id)).notes).toEqual(['jam', 'honey']);
  jar.fill('syrup');
  await expect(inJarMessage(() => jars.save(jar))).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT' });
});

test('what was recorded after a lost reply is not taken for what was stored', async () => {
  const { store, jars, replica } = world();
  const id = await bought(jars);
  const jar = await jars.get(id);
  jar.fill('jam');
  store.loseNextReply();
  await expect(inJarMessage(() => jars.save(jar))).rejects.toThrow('connection reset');
  jar.fill('honey');
  await expect(inJarMessage(() => jars.save(jar))).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT' });
  expect((await replica().get(id)).notes).toEqual(['jam']);
});

test('an aggregate that is changed while it is being saved cannot be used any more', async () => {
  const { jars, replica } = world();
  const id = await bought(jars);
  const jar = await jars.get(id);
  jar.fill('jam');
  const saving = inJarMessage(() => jars.save(jar));
  jar.fill('honey');
  await expect(saving).rejects.toMatchObject({ code: 'CHANGED_WHILE_SAVED' });
  expect((await replica().get(id)).notes).toEqual(['jam']);
});

test('a decision that waits is refused', async () => {
  const { jars } = world();
  const id = await bought(jars);
  await expect(inJarMessage(() => jars.change(id, async (jar) => jar.fill('jam')))).rejects.toMatchObject({
    code: 'ASYNC_DECISION',
  });
  expect((await jars.get(id)).notes).toEqual([]);
});

test('what a caller does to a loaded aggregate stays with the caller', async () => {
  const { jars } = world();
  const id = await bought(jars);
  (await jars.get(id)).fill('never saved');
  expect((await jars.get(id)).notes).toEqual([]);
  await fill(jars, id, 'jam');
  expect((await jars.get(id)).notes).toEqual(['jam']);
});

test('memory holds so many aggregates, the most recently used ones', async () => {
  const { store, jars } = world({ cached: 2 });
  const [a, b, c] = [await bought(jars), await bought(jars), await bought(jars)];
  const callsOf = async (id: string) => {
    store.calls.length = 0;
    await fill(jars, id, 'jam');
    return store.calls;
  };
  expect(await callsOf(c)).toEqual(['append']);
  expect(await callsOf(b)).toEqual(['append']);
  expect(await callsOf(a)).toEqual(['read recent', 'append']);
  expect(await callsOf(b)).toEqual(['append']);
  expect(await callsOf(c)).toEqual(['read recent', 'append']);
});

test('a long stream costs one snapshot and its tail; without a snapshot of this fold it is read whole, to the same state', async () => {
  const { store, jars, replica } = world({ snapshotEvery: 20 });
  const id = await bought(jars, 230);
  await jars.idle();
  expect(store.calls.filter((call) => call === 'save snapshot')).toHaveLength(6);
  const loadedBy = async (repository: EventSourcedRepository<JarState, Jar>) => {
    store.calls.length = 0;
    const jar = await repository.get(id);
    return { state: jar.snapshot, position: jar.position, calls: [...store.calls] };
  };
  const bySnapshot = await loadedBy(replica());
  const byHistory = await loadedBy(replica({ foldRevision: 'other code' }));
  expect(bySnapshot.calls).toEqual(['read recent', 'load snapshot']);
  expect(byHistory.calls).toEqual(['read recent', 'load snapshot', 'read whole']);
  expect(bySnapshot.state.notes).toEqual(versions(1, 230).map(String));
  expect(bySnapshot.state).toEqual(byHistory.state);
  expect(bySnapshot.position).toEqual(byHistory.position);
});

test('a snapshot far behind is continued by its tail; one that the history does not confirm is ignored', async () => {
  const { store, table, jars, replica } = world({ snapshotEvery: 120 });
  const id = await bought(jars, 239);
  await jars.idle();
  for (const note of versions(240, 260)) await fill(jars, id, String(note));
  await jars.idle();
  const stream = { aggregateType: 'Jar', aggregateId: id };
  const far = replica({ snapshotEvery: 1_000 });
  for (const note of versions(261, 400)) await fill(far, id, String(note));
  store.calls.length = 0;
  expect((await replica().get(id)).notes).toEqual(versions(1, 400).map(String));
  expect(store.calls).toEqual(['read recent', 'load snapshot', 'read tail']);

  const kept = await table.get({ partition: `JAR#${id}#SNAPSHOT`, sort: 'STATE' });
  const forged = { ownerId: id, colour: 'forged', notes: [] };
  for (const version of [395, 290]) {
    await table.replace({
      ...kept,
      version: { N: String(version) },
      hash: { S: 'f'.repeat(64) },
      state: { S: JSON.stringify(forged) },
    });
    store.calls.length = 0;
    expect((await replica().get(id)).snapshot.colour).toBe('red');
    expect(store.calls.at(-1)).toBe('read whole');
  }
  expect((await store.verify(stream)).version).toBe(401);
});

test('a snapshot that cannot be written is reported and stops nobody', async () => {
  const failures: unknown[] = [];
  const { store, jars } = world({ snapshotEvery: 20, snapshotFailed: (error) => failures.push(error) });
  const id = await bought(jars, 110);
  await jars.idle();
  expect(failures).toEqual([]);
  store.saveSnapshot = async () => {
    throw new Error('throttled');
  };
  for (const note of versions(111, 130)) await fill(jars, id, String(note));
  await jars.idle();
  expect(failures).toEqual([new Error('throttled')]);
  expect((await jars.get(id)).notes).toHaveLength(130);
});

test('the state at every version and instant is the fold of what came before', async () => {
  const { clock, jars } = world();
  clock.set('2026-03-01T10:00:00.000Z');
  const id = await bought(jars);
  for (const note of versions(1, 5)) {
    clock.advance(60_000);
    await fill(jars, id, String(note));
  }
  for (const count of versions(0, 5)) {
    const expected = {
      state: { ownerId: id, colour: 'red', notes: versions(1, count).map(String) },
      streamVersion: count + 1,
      recordedAt: `2026-03-01T10:0${count}:00.000Z`,
    };
    expect(await jars.stateAt(id, { version: count + 1 })).toEqual(expected);
    expect(await jars.stateAt(id, { asOf: new Date(expected.recordedAt) })).toEqual(expected);
    expect(await jars.stateAt(id, { asOf: new Date(Date.parse(expected.recordedAt) + 59_999) })).toEqual(expected);
  }
  await expect(jars.stateAt(id, { asOf: new Date('2026-03-01T09:59:59.999Z') })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(jars.stateAt(id, { version: 0 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(jars.stateAt(id, { version: 7 })).rejects.toMatchObject({ code: 'VERSION_AHEAD', version: 7, head: 6 });
  await expect(jars.stateAt(id, { version: 1e15 })).rejects.toMatchObject({ code: 'VERSION_AHEAD', head: 6 });
});

test('the history says what happened, who did it, why, and what it changed', async () => {
  const { jars } = world();
  const id = await bought(jars);
  await fill(jars, id, 'jam');
  const admin = { id: 'admin-1', type: 'user', role: 'admin' } as const;
  await inMessageContext({ messageId: 'request-2', correlationId: 'correlation-2', actor: admin }, () =>
    jars.change(id, (jar) => jar.fill('honey')),
  );
  expect(await jars.historyOf(id)).toEqual([
    expect.objectContaining({
      streamVersion: 1,
      eventName: 'jar.opened',
      changed: [
        { path: 'ownerId', after: id },
        { path: 'colour', after: 'red' },
        { path: 'notes', after: [] },
      ],
    }),
    expect.objectContaining({ streamVersion: 2, causationId: 'message-1', changed: [{ path: 'notes.0', after: 'jam' }] }),
    {
      streamVersion: 3,
      eventId: expect.any(String),
      eventName: 'jar.filled',
      occurredAt: '2026-03-01T10:00:00.000Z',
      recordedAt: '2026-03-01T10:00:00.000Z',
      actor: admin,
      correlationId: 'correlation-2',
      causationId: 'request-2',
      changed: [{ path: 'notes.1', after: 'honey' }],
    },
  ]);
});

test('two versions differ in these fields, in both directions', async () => {
  const { jars } = world();
  const id = await bought(jars, 2);
  await fill(jars, id, 'jam');
  expect(await jars.diff(id, 3, 4)).toEqual([{ path: 'notes.2', after: 'jam' }]);
  expect(await jars.diff(id, 4, 3)).toEqual([{ path: 'notes.2', before: 'jam' }]);
  expect(await jars.diff(id, 2, 2)).toEqual([]);
  await expect(jars.diff(id, 1, 5)).rejects.toMatchObject({ code: 'VERSION_AHEAD' });
});
