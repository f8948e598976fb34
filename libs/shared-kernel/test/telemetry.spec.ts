import { createNoopMeter, metrics, type BatchObservableCallback, type Meter, type Observable } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inSpan, newTrace } from '../src/infrastructure/telemetry/trace.ts';
import { observeFeed } from '../src/infrastructure/telemetry/feed-metrics.ts';
import { Replica } from './feed.fixture.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { asRequest, CREATE_LAMPS, Lamp } from './lamps.fixture.ts';

let db: KernelDatabase;
const replicas: Replica[] = [];

beforeEach(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
});
afterEach(async () => {
  metrics.disable();
  await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
  await db.close();
});

test('lag in events and seconds, failures and parked keys of every subscription are gauges', async () => {
  const callbacks: BatchObservableCallback[] = [];
  const meter: Meter = {
    ...createNoopMeter(),
    createObservableGauge: (name) => gauge(name),
    addBatchObservableCallback: (callback) => callbacks.push(callback),
    removeBatchObservableCallback: (callback) => callbacks.splice(callbacks.indexOf(callback), 1),
  };
  metrics.setGlobalMeterProvider({ getMeter: () => meter });
  const self = new Replica(db.url, [
    {
      subscription: 'lamp-service.poison',
      events: ['lamp.bought'],
      effect: 'database',
      order: 'any',
      handle: () => Promise.reject(new Error('no')),
    },
  ]);
  replicas.push(self);
  self.start();
  await asRequest(() => self.lamps.save(Lamp.buy('l-1', 'desk')));
  await self.settle();
  const unobserve = observeFeed('lamp-service', self.checkpoints, self.parkingLot);
  const seen: [string, number][] = [];
  for (const callback of callbacks)
    await callback({ observe: (observed: Observable, value: number) => seen.push([names.get(observed) ?? '', value]) });
  expect(Object.fromEntries(seen)).toEqual({
    'edtech.parked.keys': 1,
    'edtech.subscription.behind': 0,
    'edtech.subscription.behind.seconds': 0,
    'edtech.subscription.failing': 0,
  });
  unobserve();
  expect(callbacks).toEqual([]);
});

test('without an SDK a message is handled without a span and its trace is handed on as it came', async () => {
  const started = newTrace('0199a1c2-0000-7000-8000-000000000001');
  expect(started).toBe('00-0199a1c2000070008000000000000001-8000000000000001-01');
  expect(await inSpan('handling', started, async (handedOn) => handedOn)).toBe(started);
  await expect(inSpan('handling', 'nonsense', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

const names = new Map<object, string>();
function gauge(name: string): ReturnType<Meter['createObservableGauge']> {
  const made = createNoopMeter().createObservableGauge(name);
  const own = { ...made, addCallback: () => undefined, removeCallback: () => undefined };
  names.set(own, name);
  return own;
}
