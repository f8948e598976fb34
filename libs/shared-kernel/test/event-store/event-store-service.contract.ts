import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { StreamName } from '../../src/application/event-store.ts';
import { NO_STREAM, type StreamPosition } from '../../src/domain/stream-position.ts';
import {
  append,
  filled,
  inJarMessage,
  jarContracts,
  newStream,
  opened,
  TestClock,
  versions,
} from '../../src/infrastructure/event-store/event-store.contract.ts';
import { EventStoreService, type PendingCommit } from '../../src/infrastructure/event-store/event-store.service.ts';
import type { Item } from '../../src/infrastructure/event-store/event-table.ts';
import { StreamArchive } from '../../src/infrastructure/event-store/stream-archive.ts';
import { commitKey } from '../../src/infrastructure/event-store/stream-keys.ts';
import type { ChainedEvent } from '../../src/infrastructure/domain-events/event-recorder.ts';
import type { FragileTable } from './event-tables.fixture.ts';
import { Jar } from './jar.fixture.ts';

class KeptInMemory extends StreamArchive {
  readonly kept = new Map<string, ChainedEvent[]>();

  constructor(private readonly failing = false) {
    super();
  }

  override async store({ aggregateId }: StreamName, events: AsyncIterable<ChainedEvent>): Promise<string> {
    const kept: ChainedEvent[] = [];
    for await (const event of events) kept.push(event);
    if (this.failing) throw new Error('the archive is full');
    this.kept.set(aggregateId, kept);
    return `archive/${aggregateId}`;
  }
}

/** What EventStoreService promises beyond its port: the guide's methods and records, the marks of the feed, sealing and archiving. */
export function eventStoreServiceContract(tables: () => FragileTable): void {
  const clock = new TestClock();
  const open = () => new EventStoreService(tables().table, jarContracts, clock);

  /** As the guide's sample puts it, after `marshall`. */
  async function putGuideRecord(stream: StreamName, version: number, occurredAt: string, more: Item = {}): Promise<void> {
    const eventId = randomUUID();
    const added = await tables().table.putNew({
      PK: { S: `JAR#${stream.aggregateId}` },
      SK: { S: `EVENT#${occurredAt}#${eventId}` },
      eventId: { S: eventId },
      eventName: { S: version === 1 ? 'jar.opened' : 'jar.filled' },
      aggregateId: { S: stream.aggregateId },
      aggregateType: { S: 'Jar' },
      version: { N: String(version) },
      occurredAt: { S: occurredAt },
      payload: {
        M: version === 1 ? { ownerId: { S: 'owner-1' } } : { note: { S: `note ${version}` }, ownerId: { S: 'owner-1' } },
      },
      metadata: { M: { correlationId: { S: 'corr-123' }, causationId: { S: 'cause-456' }, userId: { S: 'user-123' } } },
      ...more,
    });
    expect(added).toBe(true);
  }

  test('the guide’s four methods: events are appended one by one and load as its records', async () => {
    const store = open();
    const { aggregateId } = newStream();
    clock.set('2026-03-01T10:00:00.000Z');
    expect(await store.getCurrentVersion('Jar', aggregateId)).toBe(0);
    expect(await store.loadEvents('Jar', aggregateId)).toEqual([]);
    await inJarMessage(() => store.appendEvent('Jar', aggregateId, opened('red'), 1));
    await inJarMessage(() => store.appendEvent('Jar', aggregateId, filled('jam'), 2));
    expect(await store.getCurrentVersion('Jar', aggregateId)).toBe(2);
    const records = await store.loadEvents('Jar', aggregateId);
    expect(records).toEqual([
      {
        PK: `JAR#${aggregateId}`,
        SK: 'EVENT#000000000001',
        eventId: expect.any(String),
        eventName: 'jar.opened',
        schemaVersion: 2,
        aggregateId,
        aggregateType: 'Jar',
        version: 1,
        streamVersion: 1,
        occurredAt: '2026-03-01T10:00:00.000Z',
        recordedAt: '2026-03-01T10:00:00.000Z',
        payload: { ownerId: 'owner-1', colour: 'red' },
        metadata: {
          correlationId: 'correlation-1',
          causationId: 'message-1',
          userId: 'owner-1',
          actor: { id: 'user-1', type: 'user', role: 'admin' },
          traceparent: '00-1-2-01',
        },
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      expect.objectContaining({ SK: 'EVENT#000000000002', eventName: 'jar.filled', version: 2 }),
    ]);
    expect(Jar.fromHistory(records).snapshot).toEqual({ ownerId: 'owner-1', colour: 'red', notes: ['jam'] });
    expect(await store.loadEventsAfterVersion('Jar', aggregateId, 1)).toEqual(records.slice(1));
    expect(await store.loadEventsAfterVersion('Jar', aggregateId, 2)).toEqual([]);
  });

  test('appendEvent takes the next version only, and the same event object once', async () => {
    const store = open();
    const { aggregateId } = newStream();
    const appendEvent = (event: ReturnType<typeof filled>, version: number) =>
      inJarMessage(() => store.appendEvent('Jar', aggregateId, event, version));
    const event = filled();
    await appendEvent(event, 1);
    for (const version of [1, 3, 4]) {
      await expect(appendEvent(filled(), version)).rejects.toMatchObject({
        code: 'CONCURRENCY_CONFLICT',
        expected: version - 1,
        actual: 1,
      });
    }
    await appendEvent(event, 1);
    await appendEvent(filled(), 2);
    await appendEvent(event, 1);
    expect(await store.getCurrentVersion('Jar', aggregateId)).toBe(2);
  });

  test('a record as the guide’s sample stores it loads as schemaVersion 1, in the newest shape', async () => {
    const store = open();
    const stream = newStream();
    await putGuideRecord(stream, 1, '2025-11-13T10:00:00.000Z', { TTL: { N: '1767225600' } });
    const [record, ...others] = await store.loadEvents('Jar', stream.aggregateId);
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      eventName: 'jar.opened',
      version: 1,
      occurredAt: '2025-11-13T10:00:00.000Z',
      payload: { ownerId: 'owner-1', colour: 'white' },
      metadata: { correlationId: 'corr-123', causationId: 'cause-456', userId: 'user-123' },
    });
    expect(await store.getCurrentVersion('Jar', stream.aggregateId)).toBe(1);
  });

  test('the guide’s records are read in the order of their versions, whatever their clocks said, and appends go on after them', async () => {
    const store = open();
    const stream = newStream();
    const times = [
      '2025-11-13T10:00:02.000Z',
      '2025-11-13T10:00:05.000Z',
      '2025-11-13T10:00:03.000Z',
      '2025-11-13T10:00:01.000Z',
    ];
    for (const [index, time] of times.entries()) await putGuideRecord(stream, index + 1, time);
    const versionsRead = async (options = {}) =>
      (await store.readStream(stream, options).all()).map(({ streamVersion }) => streamVersion);
    expect(await versionsRead()).toEqual([1, 2, 3, 4]);
    expect(await versionsRead({ after: 2 })).toEqual([3, 4]);
    expect(await versionsRead({ upTo: 3 })).toEqual([1, 2, 3]);
    expect(await versionsRead({ after: 1, upTo: 2 })).toEqual([2]);
    expect(await store.currentVersion(stream)).toBe(4);

    const end = await store.position(stream);
    const read = store.readStream(stream);
    await read.all();
    expect(read.end).toEqual(end);
    clock.set('2026-03-01T10:00:00.000Z');
    const next = await append(store, stream, [filled('5'), filled('6')], end);
    await append(store, stream, [filled('7')], next);
    for (const [options, expected] of [
      [{}, versions(1, 7)],
      [{ after: 2 }, versions(3, 7)],
      [{ after: 5 }, [6, 7]],
      [{ after: end }, [5, 6, 7]],
      [{ after: next }, [7]],
      [{ upTo: 3 }, versions(1, 3)],
      [{ upTo: 5 }, versions(1, 5)],
      [{ after: 3, upTo: 5 }, [4, 5]],
    ] as const) {
      expect(await versionsRead(options), JSON.stringify(options)).toEqual(expected);
    }
    expect(await store.currentVersion(stream)).toBe(7);
    expect((await store.readRecent(stream, 2)).events.map(({ streamVersion }) => streamVersion)).toEqual(versions(1, 7));
    expect(await store.verify(stream)).toEqual(await store.position(stream));
  });

  test('a writer with time-based keys beside commits is found, not passed over; so are records with a gap', async () => {
    const store = open();
    const [beside, gap] = [newStream(), newStream()];
    const position = await append(store, beside, [opened(), filled()]);
    expect(await store.loadEvents('Jar', beside.aggregateId)).toHaveLength(2);
    await putGuideRecord(beside, 3, '2027-01-01T00:00:00.000Z');
    await expect(store.loadEvents('Jar', beside.aggregateId)).rejects.toMatchObject({ code: 'BROKEN_STREAM' });
    await expect(store.readStream(beside, { after: position }).all()).rejects.toMatchObject({ code: 'BROKEN_STREAM' });
    await putGuideRecord(gap, 1, '2025-11-13T10:00:00.000Z');
    await putGuideRecord(gap, 3, '2025-11-13T10:00:01.000Z');
    await expect(store.loadEvents('Jar', gap.aggregateId)).rejects.toMatchObject({ code: 'BROKEN_STREAM' });
  });

  test('what is stored reads as text: keys and attributes are the documented ones', async () => {
    const store = open();
    const stream = newStream();
    const position = await append(store, stream, [opened('red'), filled('jam')], 'no-stream', 'commit-1');
    const item = await tables().table.get({ partition: `JAR#${stream.aggregateId}`, sort: 'EVENT#000000000001' });
    expect(item).toMatchObject({
      aggregateType: { S: 'Jar' },
      version: { N: '1' },
      schemaVersion: { N: '2' },
      payload: { S: '{"ownerId":"owner-1","colour":"red"}' },
      commitId: { S: 'commit-1' },
      pending: { S: expect.stringMatching(/^P#[0-3]$/) },
    });
    const [other]: { version: number; payload: object; hash: string }[] = JSON.parse(item?.['more']?.S ?? '');
    expect(other).toMatchObject({ version: 2, payload: { ownerId: 'owner-1', note: 'jam' }, hash: position.hash });
  });

  test('a stored text that was changed without changing its meaning is found too', async () => {
    const store = open();
    const stream = newStream();
    await append(store, stream, [opened(), filled()]);
    await store.verify(stream);
    const { table } = tables();
    const item = await table.get({ partition: `JAR#${stream.aggregateId}`, sort: commitKey(1) });
    for (const name of ['payload', 'metadata', 'more']) {
      await table.replace({ ...item, [name]: { S: `${item?.[name]?.S} ` } });
      await expect(store.verify(stream)).rejects.toMatchObject({ code: 'BROKEN_STREAM' });
    }
    await table.replace({ ...item, note: { S: 'added' } });
    await expect(store.verify(stream)).rejects.toMatchObject({ code: 'BROKEN_STREAM' });
    await table.replace({ ...item });
    expect((await store.verify(stream)).version).toBe(2);
  });

  test('the feed finds what it has not copied, as it is stored, and marks it off', async () => {
    const store = open();
    const stream = newStream();
    const first = await append(store, stream, [opened(), filled()]);
    await append(store, stream, [filled()], first);
    const pending = async () => {
      const found: PendingCommit[] = [];
      for await (const commit of store.pendingCommits()) if (commit.aggregateId === stream.aggregateId) found.push(commit);
      return found.map(({ version }) => version).toSorted();
    };
    await expect.poll(pending, { timeout: 10_000 }).toEqual([1, 3]);
    const stored: ChainedEvent[] = [];
    for await (const event of store.readStored(stream)) stored.push(event);
    expect(stored.map(({ streamVersion }) => streamVersion)).toEqual([1, 2, 3]);
    expect(stored.map(({ prevHash }) => prevHash)).toEqual([NO_STREAM.hash, stored[0]?.hash, stored[1]?.hash]);
    expect(stored[0]).toMatchObject({
      payload: '{"ownerId":"owner-1","colour":"red"}',
      actor: '{"id":"user-1","type":"user","role":"admin"}',
    });
    const tail: number[] = [];
    for await (const event of store.readStored(stream, { after: first })) tail.push(event.streamVersion);
    expect(tail).toEqual([3]);
    await store.markCopied(stream, 1);
    await store.markCopied(stream, 1);
    await expect.poll(pending, { timeout: 10_000 }).toEqual([3]);
    expect((await store.verify(stream)).version).toBe(3);
  });

  test('a snapshot that cannot be read is none', async () => {
    const store = open();
    const stream = newStream();
    const position = await append(store, stream, [opened()]);
    const snapshot = { state: { note: 'jam' }, position, foldFingerprint: 'fold-1' };
    await store.saveSnapshot(stream, snapshot);
    expect(await store.loadSnapshot(stream, 'fold-1')).toEqual(snapshot);
    const item = await tables().table.get({ partition: `JAR#${stream.aggregateId}#SNAPSHOT`, sort: 'STATE' });
    const { hash: _hash, ...withoutHash } = item ?? {};
    for (const broken of [{ ...item, state: { S: '{"note":' } }, withoutHash]) {
      await tables().table.replace(broken);
      expect(await store.loadSnapshot(stream, 'fold-1')).toBeUndefined();
    }
  });

  async function sealed(store: EventStoreService): Promise<{ stream: StreamName; positions: StreamPosition[] }> {
    const stream = newStream();
    const first = await append(store, stream, [opened(), filled()], 'no-stream', 'commit-1');
    const second = await append(store, stream, [filled()], first, 'commit-2');
    await store.seal(stream, second);
    return { stream, positions: [first, second] };
  }

  test('a sealed stream takes no more events and reads as before; sealing needs its position', async () => {
    const store = open();
    const open1 = newStream();
    const stale = await append(store, open1, [opened()]);
    const position = await append(store, open1, [filled()], stale);
    await expect(store.seal(open1, stale)).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT', expected: 1, actual: 2 });
    const going = await append(store, open1, [filled()], position);
    await store.seal(open1, going);
    await store.seal(open1, going);
    await expect(append(store, open1, [filled()], going)).rejects.toMatchObject({ code: 'STREAM_SEALED', version: 3 });
    await expect(append(store, open1, [filled()], position)).rejects.toMatchObject({ code: 'CONCURRENCY_CONFLICT', actual: 3 });
    const read = store.readStream(open1);
    expect(await read.all()).toHaveLength(3);
    expect(read.end).toEqual(going);
    expect(await store.position(open1)).toEqual(going);
    expect(await store.verify(open1)).toEqual(going);
    expect((await store.readRecent(open1, 2)).end).toEqual(going);
  });

  test('a removed end of a sealed stream is found', async () => {
    const store = open();
    const { stream } = await sealed(store);
    expect(await store.loadEvents('Jar', stream.aggregateId)).toHaveLength(3);
    await tables().remove({ partition: `JAR#${stream.aggregateId}`, sort: commitKey(3) });
    await expect(store.loadEvents('Jar', stream.aggregateId)).rejects.toMatchObject({ code: 'BROKEN_STREAM' });
  });

  test('G30 only a sealed stream that the feed has copied is archived', async () => {
    const store = open();
    const archive = new KeptInMemory();
    const unsealed = newStream();
    await append(store, unsealed, [opened()]);
    await expect(store.archive(unsealed, archive)).rejects.toMatchObject({ code: 'STREAM_NOT_SEALED' });
    const { stream } = await sealed(store);
    await store.markCopied(stream, 1);
    await expect(store.archive(stream, archive)).rejects.toMatchObject({ code: 'STREAM_NOT_COPIED', version: 3 });
    expect(archive.kept.size).toBe(0);
    expect(await store.loadEvents('Jar', stream.aggregateId)).toHaveLength(3);
    await store.markCopied(stream, 3);
    expect(await store.archive(stream, archive)).toBe(`archive/${stream.aggregateId}`);
  });

  test('an archived stream leaves a tombstone: its version stays, no writer begins again, and no event is left', async () => {
    const store = open();
    const archive = new KeptInMemory();
    const { stream, positions } = await sealed(store);
    const [first, second] = positions;
    await store.saveSnapshot(stream, { state: { note: 'jam' }, position: second ?? NO_STREAM, foldFingerprint: 'fold-1' });
    await store.markCopied(stream, 1);
    await store.markCopied(stream, 3);
    await expect(store.archive(stream, new KeptInMemory(true))).rejects.toThrow('the archive is full');
    expect(await store.loadEvents('Jar', stream.aggregateId)).toHaveLength(3);
    const location = await store.archive(stream, archive);
    expect(await store.archive(stream, new KeptInMemory(true))).toBe(location);

    expect(archive.kept.get(stream.aggregateId)?.map(({ streamVersion }) => streamVersion)).toEqual([1, 2, 3]);
    expect(await store.position(stream)).toEqual(second);
    await expect(store.loadEvents('Jar', stream.aggregateId)).rejects.toMatchObject({
      code: 'STREAM_ARCHIVED',
      archivedTo: location,
    });
    await expect(store.readStream(stream, { upTo: 1 }).all()).rejects.toMatchObject({ code: 'STREAM_ARCHIVED' });
    await expect(store.readRecent(stream, 1)).resolves.toEqual({ events: [], end: second });
    for (const position of ['no-stream', first ?? NO_STREAM, second ?? NO_STREAM] as const)
      await expect(append(store, stream, [filled()], position)).rejects.toMatchObject({ code: 'STREAM_SEALED' });
    expect(await append(store, stream, [filled()], first, 'commit-2')).toEqual(second);
    expect(await store.loadSnapshot(stream, 'fold-1')).toBeUndefined();
    const late = { state: {}, position: second ?? NO_STREAM, foldFingerprint: 'fold-1' };
    expect(await store.saveSnapshot(stream, late)).toBe(false);
    for await (const page of tables().table.query(`JAR#${stream.aggregateId}`, { from: 'A', to: 'Z' }))
      for (const item of page) expect(JSON.stringify(item)).not.toMatch(/owner-1|jam/);
  });
}
