import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemClock } from '../src/application/clock.ts';
import type { EventReaction } from '../src/application/event-reaction.ts';
import type { RecordedEvent } from '../src/domain/recorded-event.ts';
import { UnitOfWork } from '../src/infrastructure/database/unit-of-work.ts';
import { EventRecorder } from '../src/infrastructure/domain-events/event-recorder.ts';
import { EventDelivery } from '../src/infrastructure/inbox/event-delivery.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';
import { lampContracts } from './lamps.fixture.ts';

let db: KernelDatabase;
let unitOfWork: UnitOfWork;

beforeAll(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: 'CREATE TABLE effects (n serial PRIMARY KEY, run uuid, stream text, version int)' });
  unitOfWork = new UnitOfWork(db.database, new EventRecorder(lampContracts, new SystemClock()));
});
afterAll(() => db.close());

interface Arrival {
  readonly stream: string;
  readonly version: number;
}

/** Versions 1 to n of two streams, each at least once, in any order; some of them at the same time. */
const arrivals: fc.Arbitrary<readonly (readonly Arrival[])[]> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 4 }))
  .chain(([first, second]) => {
    const all = [
      ...Array.from({ length: first }, (_, index): Arrival => ({ stream: 'a', version: index + 1 })),
      ...Array.from({ length: second }, (_, index): Arrival => ({ stream: 'b', version: index + 1 })),
    ];
    const order = fc.shuffledSubarray(all, { minLength: all.length });
    const again = fc.array(fc.constantFrom(...all), { maxLength: 5 });
    return fc.tuple(order, again, fc.array(fc.nat({ max: 20 }), { maxLength: 5 }), fc.integer({ min: 1, max: 4 }));
  })
  .map(([order, again, places, together]) => {
    const sequence = again.reduce<readonly Arrival[]>(
      (list, copy, index) => list.toSpliced((places[index] ?? 0) % (list.length + 1), 0, copy),
      order,
    );
    return Array.from({ length: Math.ceil(sequence.length / together) }, (_, index) =>
      sequence.slice(index * together, (index + 1) * together),
    );
  });

/** What the handler wrote, stream by stream, when the events arrive like this. */
async function effects(order: EventReaction['order'], batches: readonly (readonly Arrival[])[]): Promise<Map<string, number[]>> {
  const run = randomUUID();
  const reaction: EventReaction = {
    subscription: `lamp-shop.${run}`,
    events: ['lamp.lit'],
    effect: 'database',
    order,
    handle: async ({ aggregateId, streamVersion }) => {
      const client = await unitOfWork.client();
      await client.query('INSERT INTO effects (run, stream, version) VALUES ($1, $2, $3)', [run, aggregateId, streamVersion]);
    },
  };
  const delivery = new EventDelivery(unitOfWork);
  const ids = new Map<string, string>();
  const eventOf = ({ stream, version }: Arrival): RecordedEvent => {
    const name = `${stream}/${version}`;
    const eventId = ids.get(name) ?? randomUUID();
    ids.set(name, eventId);
    return {
      eventId,
      eventName: 'lamp.lit',
      schemaVersion: 1,
      aggregateType: 'Lamp',
      aggregateId: stream,
      streamVersion: version,
      occurredAt: '2026-01-02T03:04:05.006Z',
      recordedAt: '2026-01-02T03:04:05.006Z',
      correlationId: 'c-1',
      causationId: 'm-1',
      userId: 'u-1',
      actor: { id: 'u-1', type: 'user' },
      payload: { lampId: stream },
    };
  };
  for (const batch of batches) await Promise.all(batch.map((arrival) => delivery.deliver(reaction, eventOf(arrival))));
  const { rows } = await db.database.query<Arrival>({
    text: 'SELECT stream, version FROM effects WHERE run = $1 ORDER BY n',
    values: [run],
  });
  return byStream(rows);
}

function byStream(arrived: readonly Arrival[]): Map<string, number[]> {
  return new Map(
    [...Map.groupBy(arrived, ({ stream }) => stream)].map(([stream, of]) => [stream, of.map(({ version }) => version)]),
  );
}

function versionsOf(batches: readonly (readonly Arrival[])[]): Map<string, number[]> {
  const sorted = batches.flat().toSorted((a, b) => a.version - b.version);
  return new Map([...byStream(sorted)].map(([stream, versions]) => [stream, [...new Set(versions)]]));
}

describe('A4 F4 events that arrive twice, late and at the same time', () => {
  test('strict: each is handled once, and every stream in its order', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (batches) => {
        expect(await effects('strict', batches)).toEqual(versionsOf(batches));
      }),
      { numRuns: 25 },
    );
  });

  test('latest: never an older one after a newer one, and the newest is always handled', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (batches) => {
        const handled = await effects('latest', batches);
        for (const [stream, versions] of versionsOf(batches)) {
          const seen = handled.get(stream) ?? [];
          expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
          expect(seen.at(-1)).toBe(versions.at(-1));
        }
      }),
      { numRuns: 25 },
    );
  });

  test('any: each is handled once', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (batches) => {
        const handled = await effects('any', batches);
        expect(new Map([...handled].map(([stream, versions]) => [stream, versions.toSorted((a, b) => a - b)]))).toEqual(
          versionsOf(batches),
        );
      }),
      { numRuns: 25 },
    );
  });
});
