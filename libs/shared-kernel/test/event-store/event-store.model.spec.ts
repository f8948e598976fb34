import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StreamPosition } from '../../src/domain/stream-position.ts';
import {
  append,
  filled,
  jarContracts,
  newStream,
  TestClock,
  versions,
} from '../../src/infrastructure/event-store/event-store.contract.ts';
import { InMemoryEventStore, InMemoryEventTable } from '../../src/infrastructure/event-store/in-memory.event-store.ts';

interface Plan {
  /** Records with time-based keys before the first commit; their times are these, in minutes. */
  readonly imported: readonly number[];
  /** Sizes of the commits, each with how far its writer lags behind: 0 has seen the end. */
  readonly commits: readonly { readonly size: number; readonly lag: number; readonly minutes: number }[];
  readonly sealed: boolean;
}

const plan: fc.Arbitrary<Plan> = fc.record({
  imported: fc.oneof(fc.constant([]), fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 })),
  commits: fc.array(
    fc.record({
      size: fc.integer({ min: 1, max: 4 }),
      lag: fc.constantFrom(0, 0, 0, 1, 2),
      minutes: fc.integer({ min: -30, max: 60 }),
    }),
    { maxLength: 8 },
  ),
  sealed: fc.boolean(),
});

/** Carries the plan out and answers what must be there: note and instant of each version, and where a stream may be continued. */
async function carryOut({ imported, commits, sealed }: Plan) {
  const clock = new TestClock();
  const table = new InMemoryEventTable();
  const store = new InMemoryEventStore(jarContracts, clock, { table, random: () => 0 });
  const stream = newStream();
  const notes: string[] = [];
  for (const [index, minute] of imported.entries()) {
    const occurredAt = `2025-11-13T10:0${minute}:00.000Z`;
    const eventId = randomUUID();
    await table.putNew({
      PK: { S: `JAR#${stream.aggregateId}` },
      SK: { S: `EVENT#${occurredAt}#${eventId}` },
      eventId: { S: eventId },
      eventName: { S: 'jar.filled' },
      aggregateId: { S: stream.aggregateId },
      aggregateType: { S: 'Jar' },
      version: { N: String(index + 1) },
      occurredAt: { S: occurredAt },
      payload: { M: { ownerId: { S: 'owner-1' }, note: { S: `imported ${index}` } } },
      metadata: { M: {} },
    });
    notes.push(`imported ${index}`);
  }
  const positions: StreamPosition[] = [await store.position(stream)];
  for (const [index, { size, lag, minutes }] of commits.entries()) {
    clock.advance(minutes * 60_000);
    const seen = positions.at(-1 - lag);
    if (seen === undefined) continue;
    const added = versions(1, size).map((part) => `${index}:${part}`);
    const appended = append(
      store,
      stream,
      added.map((note) => filled(note)),
      seen,
    );
    if (lag === 0) {
      positions.push(await appended);
      notes.push(...added);
    } else {
      await expect(appended).rejects.toMatchObject({
        code: 'CONCURRENCY_CONFLICT',
        expected: seen.version,
        actual: notes.length,
      });
    }
  }
  const end = positions.at(-1);
  if (end === undefined) throw new Error('a stream stands somewhere');
  if (sealed && end.version > 0) await store.seal(stream, end);
  return { store, stream, notes, positions, end };
}

const noteOf = ({ payload }: { readonly payload: object }) => ('note' in payload ? payload.note : undefined);

test('every read of every stream is the part of its history that was asked for, and only a read to the end tells where to go on', async () => {
  let mixed = 0;
  await fc.assert(
    fc.asyncProperty(plan, async (steps) => {
      const { store, stream, notes, positions, end } = await carryOut(steps);
      if (steps.imported.length > 0 && positions.length > 1) mixed++;
      expect(await store.position(stream)).toEqual(end);
      expect(await store.verify(stream)).toEqual(end);
      const whole = store.readStream(stream);
      const events = await whole.all();
      expect(events.map(noteOf)).toEqual(notes);
      expect(events.map(({ streamVersion }) => streamVersion)).toEqual(versions(1, notes.length));
      expect(events.map(({ recordedAt }) => recordedAt)).toEqual(events.map(({ recordedAt }) => recordedAt).toSorted());
      expect(whole.end).toEqual(end);

      for (const after of versions(0, notes.length + 1)) {
        const tail = store.readStream(stream, { after });
        expect(await tail.all()).toEqual(events.slice(after));
        if (after <= notes.length) expect(tail.end).toEqual(end);
        for (const upTo of [after, after + 1, after + 3, notes.length, notes.length + 1]) {
          expect(await store.readStream(stream, { after, upTo }).all()).toEqual(events.slice(after, Math.max(after, upTo)));
        }
      }
      for (const position of positions) {
        const tail = store.readStream(stream, { after: position });
        expect(await tail.all()).toEqual(events.slice(position.version));
        expect(tail.end).toEqual(end);
      }
      for (const { recordedAt } of events) {
        const known = events.filter((event) => event.recordedAt <= recordedAt);
        expect(await store.readStream(stream, { asOf: new Date(recordedAt) }).all()).toEqual(known);
      }
      for (const count of [1, 2, 100]) {
        const recent = await store.readRecent(stream, count);
        expect(recent.end).toEqual(end);
        expect(recent.events).toEqual(events.slice(events.length - recent.events.length));
      }
    }),
    { numRuns: 150 },
  );
  expect(mixed).toBeGreaterThan(10);
});
