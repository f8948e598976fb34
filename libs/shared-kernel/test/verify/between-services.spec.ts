import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventReaction } from '../../src/application/event-reaction.ts';
import { retryThenPark } from '../../src/application/failure-policy.ts';
import { createRecordProcessor } from '../../src/infrastructure/consumer/process-record.ts';
import { subscriptionEvents } from '../../src/infrastructure/subscriptions/subscription-events.ts';
import type { Verdict } from '../../src/infrastructure/verify/verdict.ts';
import { verifyBetween, type VerifyBetweenOptions } from '../../src/infrastructure/verify/verify-between.ts';
import { queueRecord } from '../consumer/lamp-shop.ts';
import { Replica } from '../feed.fixture.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { CREATE_LAMPS, Lamp, lampContracts } from '../lamps.fixture.ts';
import { StoppedService } from './stopped-service.fixture.ts';
import { invariants, looked, openBus, places } from './verify.fixture.ts';

const bus = openBus();
const producer = StoppedService.forEachTest(bus.put);
let shop: KernelDatabase;
let consumer: Replica;

beforeEach(async () => {
  shop = await kernelDatabase();
  await shop.database.query({ text: CREATE_LAMPS });
  consumer = new Replica(shop.url, []);
  await subscriptionEvents.fromBus(consumer.database, reactions());
  // The events of the producer are older than this test.
  await shop.database.query({ text: `UPDATE subscription_events SET since = now() - interval '1 hour'` });
});
afterEach(async () => {
  await consumer.stop();
  await shop.close();
});

/** `shop.stock` buys a lamp of its own for each that was bought elsewhere; `shop.light` takes every event of a stream, and never lamp `p`. */
function reactions(): EventReaction[] {
  return [
    {
      subscription: 'shop.stock',
      events: ['lamp.bought'],
      effect: 'database',
      order: 'any',
      handle: async ({ aggregateId }) => consumer.lamps.save(Lamp.buy(`copy-of-${aggregateId}`, aggregateId)),
    },
    {
      subscription: 'shop.light',
      events: ['lamp.bought', 'lamp.lit'],
      effect: 'database',
      order: 'strict',
      handle: async ({ aggregateId }) => {
        if (aggregateId === 'p') throw new Error('poison');
      },
    },
  ];
}

interface Sent {
  readonly aggregateId: string;
  readonly streamVersion: number;
  readonly payload: object;
}

/** Hands over what the bus took; `but` names what gets lost on the way. */
async function deliver(but: (event: Sent) => boolean = () => false, messages = bus.sent): Promise<void> {
  const { delivery, unitOfWork, parkingLot } = consumer;
  const process = createRecordProcessor({
    service: 'shop-service',
    contracts: lampContracts,
    reactions: reactions(),
    delivery,
    unitOfWork,
    parkingLot,
    policy: retryThenPark({ attempts: 1 }),
  });
  for (const { detailType, source, detail } of messages) {
    const event: Sent = JSON.parse(detail);
    if (but(event)) continue;
    const head = JSON.stringify({ 'detail-type': detailType, source });
    await process(queueRecord(`${head.slice(0, -1)},"detail":${detail}}`));
  }
}

function verdict(options: Partial<VerifyBetweenOptions> = {}): Promise<Verdict> {
  return verifyBetween({
    producer: { service: 'lamp-service', url: producer.url },
    consumer: { service: 'shop-service', url: shop.url },
    rules: [{ eventName: 'lamp.bought' }, { eventName: 'lamp.lit' }],
    waiting: async () => 0,
    graceMs: 0,
    ...options,
  });
}

test('what was handled, held for its predecessor or parked has arrived, for every reaction', async () => {
  await deliver(({ aggregateId, streamVersion }) => aggregateId === 'a' && streamVersion === 2);
  const { rows } = await shop.database.query({ text: 'SELECT 1 FROM held_messages UNION ALL SELECT 1 FROM parked_events' });
  expect(rows).toHaveLength(4);
  expect(places(await verdict())).toEqual(['I2 shop.light, Lamp/a version 2']);
  await deliver();
  const clean = await verdict();
  expect([clean.service, clean.violations, clean.notChecked, clean.undecided]).toEqual([
    'lamp-service -> shop-service',
    [],
    [],
    [],
  ]);
  expect(looked(clean)).toEqual({ I2: 18, I11: 7 });
});

test('P6 P17 an event that was published and is nowhere is found by I2 alone, once for each reaction', async () => {
  await deliver(({ aggregateId }) => aggregateId === 'b');
  const found = await verdict();
  expect(places(found)).toEqual(['I2 shop.light, Lamp/b version 1', 'I2 shop.stock, Lamp/b version 1']);
  expect(found.violations[0]).toMatchObject({
    expected: 'lamp.bought handled, held or parked: lamp-service has published it',
    found: expect.stringMatching(/^nothing of event [0-9a-f-]{36}$/),
  });
  expect(found.checked).toContainEqual({ invariant: 'I2', looked: 18, violations: 2 });
});

test('as many events as messages wait may be missing, and that is said; one more is lost', async () => {
  await deliver(({ aggregateId }) => aggregateId === 'b' || aggregateId === 'c');
  const waiting = await verdict({ waiting: async () => 2 });
  expect(waiting.violations).toEqual([]);
  expect(waiting.notChecked).toEqual([
    { invariant: 'I2', reason: '2 events have not arrived; 2 messages wait in the queue and may be they' },
  ]);
  expect((await verdict({ waiting: async () => 1 })).violations).toEqual([
    {
      invariant: 'I2',
      place: '2 events, such as shop.light, Lamp/b version 1',
      expected: 'at most the 1 that wait in the queue',
      found: 'at least 1 lost',
    },
  ]);
});

test('when nobody knows how many wait, what is missing is undecided; what has arrived is clean', async () => {
  await deliver(({ aggregateId }) => aggregateId === 'b');
  const open = await verdict({ waiting: async () => undefined });
  expect(open.violations).toEqual([]);
  expect(open.undecided).toEqual([
    { invariant: 'I2', reason: '1 events are missing in the consumer and nobody knows how many wait in its queue' },
  ]);
  await deliver();
  expect((await verdict({ waiting: async () => undefined })).undecided).toEqual([]);
});

test('what was handled between the look at the queue and the look at the consumer has arrived', async () => {
  const found = await verdict({
    waiting: async () => {
      await deliver();
      return 0;
    },
  });
  expect(found.violations).toEqual([]);
});

test('what is younger than the grace may still be on the bus, what is not yet published is not missing', async () => {
  await deliver(({ aggregateId }) => aggregateId === 'f');
  expect(places(await verdict())).toHaveLength(2);
  expect((await verdict({ graceMs: 3_600_000 })).violations).toEqual([]);
  await producer.run(`UPDATE subscriptions SET checkpoint = 9 WHERE name = 'lamp-service.event-bridge'`);
  expect((await verdict()).violations).toEqual([]);
});

test('an event that the filter of its rule lets pass is expected, another is not', async () => {
  await deliver(({ aggregateId, streamVersion }) => aggregateId === 'a' && streamVersion > 1);
  const lit = (lumen: number): Partial<VerifyBetweenOptions> => ({
    rules: [{ eventName: 'lamp.bought' }, { eventName: 'lamp.lit', filter: { lumen: [lumen] } }],
  });
  expect(places(await verdict(lit(100)))).toEqual(['I2 shop.light, Lamp/a version 4']);
  expect((await verdict(lit(7))).violations).toEqual([]);
});

test('P20 a reaction to an event that no rule delivers is found', async () => {
  await deliver();
  expect((await verdict({ rules: [{ eventName: 'lamp.bought' }] })).violations).toEqual([
    { invariant: 'I2', place: 'shop.light', expected: 'a rule that delivers lamp.lit', found: 'none' },
  ]);
});

test('what the publisher knows and its service never recorded needs no rule from there', async () => {
  await deliver();
  await producer.run(
    `INSERT INTO subscription_events (subscription, event_name, road, since_position) VALUES ('lamp-service.event-bridge', 'tool.made', 'feed', 0)`,
  );
  await shop.database.query({
    text: `INSERT INTO subscription_events (subscription, event_name, road) VALUES ('shop.tools', 'tool.made', 'bus')`,
  });
  expect((await verdict()).violations).toEqual([]);
});

test('a message that was parked because it could not be read has arrived', async () => {
  await deliver(({ aggregateId }) => aggregateId === 'b');
  expect(places(await verdict())).toHaveLength(2);
  const garbled = bus.sent.map(({ detail, ...rest }) => ({
    ...rest,
    detail: detail.replace('"schemaVersion":1', '"schemaVersion":"one"'),
  }));
  await deliver(({ aggregateId }) => aggregateId !== 'b', garbled);
  expect((await verdict()).violations).toEqual([]);
});

test('an event from before the consumer registered is not missing, unless all are to be judged', async () => {
  expect((await verdict()).checked).toContainEqual({ invariant: 'I2', looked: 18, violations: 18 });
  await shop.database.query({ text: 'UPDATE subscription_events SET since = now()' });
  expect((await verdict()).checked).toContainEqual({ invariant: 'I2', looked: 0, violations: 0 });
  expect((await verdict({ from: 'beginning' })).checked).toContainEqual({ invariant: 'I2', looked: 18, violations: 18 });
});

test('a consumer or a publisher that never ran leaves nothing to judge, and that is said', async () => {
  await shop.database.query({ text: 'DELETE FROM subscription_events' });
  expect((await verdict()).notChecked).toEqual([
    { invariant: 'I2', reason: 'shop-service has not said what it takes from lamp-service' },
  ]);
  await producer.run('DELETE FROM subscription_events');
  expect((await verdict()).notChecked).toEqual([{ invariant: 'I2', reason: 'lamp-service has not published yet' }]);
});

test('an effect with another correlation than the event that caused it is found by I11 alone', async () => {
  await deliver();
  expect((await verdict()).violations).toEqual([]);
  await shop.database.query({ text: `UPDATE domain_events SET correlation_id = 'other' WHERE aggregate_id = 'copy-of-b'` });
  const found = await verdict();
  expect([invariants(found), places(found)]).toEqual([['I11'], ['I11 Lamp/copy-of-b version 1']]);
});

test('registering again writes nothing, and takes back what is no longer taken', async () => {
  const registered = async () =>
    (await shop.database.query({ text: 'SELECT *, xmin FROM subscription_events ORDER BY subscription, event_name' })).rows;
  const before = await registered();
  await Promise.all([1, 2, 3].map(() => subscriptionEvents.fromBus(consumer.database, reactions())));
  expect([before.length, await registered()]).toEqual([3, before]);
  await subscriptionEvents.fromBus(consumer.database, reactions().slice(0, 1));
  expect(await registered()).toEqual(before.slice(2));
});
