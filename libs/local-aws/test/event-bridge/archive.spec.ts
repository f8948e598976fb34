import { describe, expect, test } from 'vitest';
import type { DurableStore } from '../../src/ports.ts';
import { DEFAULT_BUS, OTHER_QUEUE, QUEUE, type TestBus, testBus } from './test-bus.ts';

const DAY = 86_400_000;
const ARCHIVE_ARN = 'arn:aws:events:us-east-1:000000000000:archive/all';

async function archivedBus(settings: object = {}): Promise<TestBus> {
  const parts = await testBus();
  await parts.rule('r', { Id: '1', Arn: QUEUE });
  await parts.call('CreateArchive', { ArchiveName: 'all', EventSourceArn: DEFAULT_BUS, ...settings });
  return parts;
}

function replayOf({ clock }: TestBus, given: object = {}): object {
  const now = clock.now().getTime() / 1000;
  return {
    ReplayName: 'again',
    EventSourceArn: ARCHIVE_ARN,
    EventStartTime: now - 3600,
    EventEndTime: now + 3600,
    Destination: { Arn: DEFAULT_BUS },
    ...given,
  };
}

describe('an archive', () => {
  test('is described with what it holds', async () => {
    const bus = await archivedBus({ Description: 'd', RetentionDays: 3, EventPattern: '{"source":["s"]}' });
    await bus.put({ n: 1 }, { n: 2 });
    await bus.call('PutEvents', { Entries: [{ Source: 'other', DetailType: 't', Detail: '{}' }] });
    expect(await bus.call('DescribeArchive', { ArchiveName: 'all' })).toEqual({
      ArchiveArn: ARCHIVE_ARN,
      ArchiveName: 'all',
      EventSourceArn: DEFAULT_BUS,
      Description: 'd',
      EventPattern: '{"source":["s"]}',
      State: 'ENABLED',
      RetentionDays: 3,
      EventCount: 2,
      SizeBytes: expect.any(Number),
      CreationTime: bus.clock.now().getTime() / 1000,
    });
    expect(await bus.call('ListArchives')).toMatchObject({ Archives: [{ ArchiveName: 'all', EventCount: 2 }] });
    expect(await bus.call('ListArchives', { EventSourceArn: `${DEFAULT_BUS}x` })).toEqual({ Archives: [] });
  });

  test('lets go of events past its retention, also from the store', async () => {
    const bus = await archivedBus({ RetentionDays: 1 });
    await bus.put({ n: 1 });
    await bus.clock.advance(DAY - 1);
    await bus.put({ n: 2 });
    expect(await bus.call('DescribeArchive', { ArchiveName: 'all' })).toMatchObject({ EventCount: 2 });
    await bus.clock.advance(2);
    expect(await bus.call('DescribeArchive', { ArchiveName: 'all' })).toMatchObject({ EventCount: 1 });
    await bus.clock.advance(2 * DAY);
    expect(await keys(bus, 'archived/')).toEqual([]);
  });

  test('is deleted with its events', async () => {
    const bus = await archivedBus();
    await bus.put({ n: 1 });
    expect(await keys(bus, 'archived/')).toHaveLength(1);
    expect(await bus.call('DeleteArchive', { ArchiveName: 'all' })).toEqual({});
    expect(await keys(bus, 'archive')).toEqual([]);
    await expect(bus.call('DescribeArchive', { ArchiveName: 'all' })).rejects.toMatchObject({
      type: 'ResourceNotFoundException',
    });
  });

  test('is refused when it exists, has a bad pattern or no bus', async () => {
    const { call } = await archivedBus();
    const create = (given: object) => call('CreateArchive', { ArchiveName: 'new', EventSourceArn: DEFAULT_BUS, ...given });
    await expect(create({ ArchiveName: 'all' })).rejects.toMatchObject({ type: 'ResourceAlreadyExistsException' });
    await expect(create({ EventPattern: '{' })).rejects.toMatchObject({ type: 'InvalidEventPatternException' });
    await expect(create({ EventSourceArn: `${DEFAULT_BUS}x` })).rejects.toMatchObject({ type: 'ResourceNotFoundException' });
    await expect(create({ ArchiveName: 'x'.repeat(49) })).rejects.toMatchObject({ type: 'ValidationException' });
    expect(await create({})).toMatchObject({ State: 'ENABLED' });
  });
});

describe('a replay', () => {
  test('delivers the archived events again, named in the envelope, and archives them no second time', async () => {
    const bus = await archivedBus();
    await bus.put({ n: 1 }, { n: 2 });
    await bus.bus.idle();
    const archive = await bus.call('DescribeArchive', { ArchiveName: 'all' });
    const before = bus.targets.at(QUEUE).map(({ body }) => JSON.parse(body));
    expect(await bus.call('StartReplay', replayOf(bus))).toMatchObject({ State: 'STARTING' });
    await bus.clock.advance(1000);
    const after = bus.targets.at(QUEUE).map(({ body }) => JSON.parse(body));
    expect(after.slice(0, 2)).toEqual(before);
    expect(after.slice(2)).toHaveLength(2);
    expect(after.slice(2)).toEqual(expect.arrayContaining(before.map((event) => ({ ...event, 'replay-name': 'again' }))));
    expect(archive['EventCount']).toBe(2);
    expect(await bus.call('DescribeArchive', { ArchiveName: 'all' })).toEqual(archive);
    expect(await bus.call('DescribeReplay', { ReplayName: 'again' })).toMatchObject({
      State: 'COMPLETED',
      EventSourceArn: ARCHIVE_ARN,
      Destination: { Arn: DEFAULT_BUS },
      ReplayEndTime: expect.any(Number),
      EventLastReplayedTime: expect.any(Number),
    });
    expect(await bus.call('ListReplays', { State: 'COMPLETED' })).toMatchObject({ Replays: [{ ReplayName: 'again' }] });
  });

  test('takes only events of its time window, both ends included', async () => {
    const bus = await archivedBus();
    const start = bus.clock.now().getTime() / 1000;
    for (const n of [0, 1, 2, 3]) {
      await bus.put({ n });
      await bus.clock.advance(1000);
    }
    await bus.call('StartReplay', replayOf(bus, { EventStartTime: start + 1, EventEndTime: start + 2 }));
    await bus.clock.advance(1000);
    expect(bus.targets.details(QUEUE).slice(4)).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('reaches only the named rules', async () => {
    const bus = await archivedBus();
    await bus.rule('other', { Id: '1', Arn: OTHER_QUEUE });
    await bus.put({ n: 1 });
    const FilterArns = ['arn:aws:events:us-east-1:000000000000:rule/other'];
    await bus.call('StartReplay', replayOf(bus, { Destination: { Arn: DEFAULT_BUS, FilterArns } }));
    await bus.clock.advance(1000);
    expect(bus.targets.at(OTHER_QUEUE)).toHaveLength(2);
    expect(bus.targets.at(QUEUE)).toHaveLength(1);
  });

  test('can be cancelled while it runs, and then stays cancelled', async () => {
    const bus = await archivedBus();
    for (let n = 0; n < 30; n++) await bus.put(...Array.from({ length: 10 }, () => ({ n })));
    await bus.call('StartReplay', replayOf(bus));
    await bus.clock.advance(202);
    expect(await bus.call('DescribeReplay', { ReplayName: 'again' })).toMatchObject({ State: 'RUNNING' });
    expect(await bus.call('CancelReplay', { ReplayName: 'again' })).toMatchObject({ State: 'CANCELLING' });
    await bus.clock.advance(10_000);
    expect(await bus.call('DescribeReplay', { ReplayName: 'again' })).toMatchObject({ State: 'CANCELLED' });
    expect(bus.targets.at(QUEUE)).toHaveLength(400);
    await expect(bus.call('CancelReplay', { ReplayName: 'again' })).rejects.toMatchObject({ type: 'IllegalStatusException' });
  });

  test.each(['read', 'written'])('cancelled while a page is being %s stays cancelled', async (moment) => {
    const bus = await archivedBus();
    await bus.put({ n: 1 });
    await bus.bus.close();
    const gate = Promise.withResolvers<void>();
    let closed = false;
    const store: DurableStore = {
      ...bus.store,
      batch: async (operations) => {
        if (closed && moment === 'written') await gate.promise;
        await bus.store.batch(operations);
      },
      range: async function* (from, to, limit) {
        if (closed && moment === 'read') await gate.promise;
        yield* bus.store.range(from, to, limit);
      },
    };
    const { clock, targets } = bus;
    const slow = await testBus({ store, clock, targets });
    await slow.call('StartReplay', replayOf(slow));
    closed = true;
    await clock.advance(200);
    const cancelled = slow.call('CancelReplay', { ReplayName: 'again' });
    gate.resolve();
    await cancelled;
    await clock.advance(1000);
    expect(await slow.call('DescribeReplay', { ReplayName: 'again' })).toMatchObject({ State: 'CANCELLED' });
    expect(targets.at(QUEUE)).toHaveLength(moment === 'read' ? 1 : 2);
    await slow.bus.close();
    const restarted = await testBus({ store, clock, targets });
    expect(await restarted.call('DescribeReplay', { ReplayName: 'again' })).toMatchObject({ State: 'CANCELLED' });
  });

  test('leaves out what is past the retention, even before it is deleted', async () => {
    const bus = await archivedBus({ RetentionDays: 1 });
    await bus.put({ n: 1 });
    await bus.clock.advance(DAY - 1);
    await bus.put({ n: 2 });
    await bus.clock.advance(2);
    expect(await keys(bus, 'archived/')).toHaveLength(2);
    const now = bus.clock.now().getTime() / 1000;
    await bus.call('StartReplay', replayOf(bus, { EventStartTime: now - 2 * 86_400 }));
    await bus.clock.advance(1000);
    expect(bus.targets.details(QUEUE)).toEqual([{ n: 1 }, { n: 2 }, { n: 2 }]);
  });

  test('continues after a restart where it was, repeating nothing', async () => {
    const bus = await archivedBus();
    for (let n = 0; n < 25; n++) await bus.put(...Array.from({ length: 10 }, (_, index) => ({ n: n * 10 + index })));
    await bus.call('StartReplay', replayOf(bus));
    await bus.clock.advance(202);
    await bus.bus.close();
    expect(bus.targets.at(QUEUE)).toHaveLength(350);
    const { store, clock, targets } = bus;
    await testBus({ store, clock, targets });
    await clock.advance(1000);
    expect(targets.at(QUEUE)).toHaveLength(500);
    expect(new Set(targets.at(QUEUE).map(({ body }) => body)).size).toBe(500);
  });

  test('fails with the reason when its archive is gone', async () => {
    const bus = await archivedBus();
    await bus.call('StartReplay', replayOf(bus));
    await bus.call('DeleteArchive', { ArchiveName: 'all' });
    await bus.clock.advance(1000);
    expect(await bus.call('DescribeReplay', { ReplayName: 'again' })).toMatchObject({
      State: 'FAILED',
      StateReason: 'Archive all does not exist.',
    });
  });

  test('that was cancelled stays so when its archive goes', async () => {
    const bus = await archivedBus();
    await bus.call('StartReplay', replayOf(bus));
    await bus.call('CancelReplay', { ReplayName: 'again' });
    await bus.call('DeleteArchive', { ArchiveName: 'all' });
    await bus.clock.advance(1000);
    expect(await bus.call('DescribeReplay', { ReplayName: 'again' })).toMatchObject({ State: 'CANCELLED' });
  });

  test('is refused for another bus, an empty window, an unknown rule, archive or a name in use', async () => {
    const bus = await archivedBus();
    const start = (given: object) => bus.call('StartReplay', replayOf(bus, given));
    await bus.call('CreateEventBus', { Name: 'b' });
    await expect(start({ Destination: { Arn: DEFAULT_BUS.replace('default', 'b') } })).rejects.toThrow('Cross event bus');
    await expect(start({ EventEndTime: 0 })).rejects.toThrow('must be before');
    await expect(start({ Destination: { Arn: DEFAULT_BUS, FilterArns: ['x'] } })).rejects.toThrow('x is no rule');
    await expect(start({ EventSourceArn: `${ARCHIVE_ARN}x` })).rejects.toMatchObject({ type: 'ResourceNotFoundException' });
    expect(await start({})).toMatchObject({ ReplayArn: 'arn:aws:events:us-east-1:000000000000:replay/again' });
    await expect(start({})).rejects.toMatchObject({ type: 'ResourceAlreadyExistsException' });
    await expect(bus.call('DescribeReplay', { ReplayName: 'x' })).rejects.toMatchObject({ type: 'ResourceNotFoundException' });
  });
});

async function keys({ store }: TestBus, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const [key] of store.range(prefix, `${prefix}~`)) found.push(key);
  return found;
}
