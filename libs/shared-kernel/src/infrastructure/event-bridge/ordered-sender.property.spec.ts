import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PublishOutcome } from '../../application/integration-event-publisher.ts';
import type { BusEntry } from './bus-entry.ts';
import { OrderedSender } from './ordered-sender.ts';

interface Shape {
  readonly stream: number;
  readonly bytes: number;
}

/** What the bus answers to one call: the places of refused entries, or no answer before or after it has taken them all. */
type Answer = 'before' | 'after' | readonly number[];

const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Answer>([]) },
  { weight: 3, arbitrary: fc.uniqueArray(fc.nat({ max: 9 }), { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom<Answer>('before', 'after') },
);
const shapes = fc.array(fc.record({ stream: fc.nat({ max: 3 }), bytes: fc.integer({ min: 1, max: 12 }) }), {
  minLength: 1,
  maxLength: 40,
  size: 'max',
});
/** Entries are added in bursts of so many. */
const bursts = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 8 });

/** The entry of a shape; its place among all is its name. */
function entryOf({ bytes }: Shape, place: number): BusEntry {
  return { source: 's', detailType: 't', detail: String(place), time: new Date(0), bytes };
}

const ENTRIES_PER_CALL = 5;
const BYTES_PER_CALL = 20;
const CALLS_IN_FLIGHT = 3;

interface Course {
  readonly list: readonly Shape[];
  readonly bursts: readonly number[];
  /** Later calls go well. */
  readonly answers: readonly Answer[];
}
const course: fc.Arbitrary<Course> = fc.record({ list: shapes, bursts, answers: fc.array(answer, { maxLength: 20 }) });

/** The places of all entries, burst by burst. */
function burstsOf({ list, bursts: sizes }: Course): number[][] {
  const places = list.map((_, place) => place);
  return [...sizes.map((size) => places.splice(0, size)), places];
}

/** One run: entries are added in order while calls end in the order of the scheduler and with the answers of the course. */
async function run(scheduler: fc.Scheduler, drawn: Course, attempts: number) {
  const { list, answers } = drawn;
  const inFlight = new Set<number>();
  const taken = new Map<number, number[]>();
  const outcomes = new Map<number, PublishOutcome[]>();
  const complaints: string[] = [];
  let calls = 0;
  let running = 0;
  let open = list.length;
  const all = Promise.withResolvers<void>();
  const sender = new OrderedSender<number>(
    async (entries) => {
      const places = entries.map(({ detail }) => Number(detail));
      const streams = new Set(places.map((place) => list[place]?.stream ?? -1));
      const bytes = places.reduce((sum, place) => sum + (list[place]?.bytes ?? 0), 0);
      if (++running > CALLS_IN_FLIGHT) complaints.push(`${running} calls in flight`);
      if (places.length === 0 || places.length > ENTRIES_PER_CALL) complaints.push(`${places.length} entries in a call`);
      if (bytes > BYTES_PER_CALL) complaints.push(`${bytes} bytes in a call`);
      if (places.some((place) => outcomes.has(place))) complaints.push('an entry that was settled is sent');
      for (const stream of streams) {
        if (inFlight.has(stream)) complaints.push(`stream ${stream} is in two calls`);
        inFlight.add(stream);
        const ofStream = places.filter((place) => list[place]?.stream === stream);
        const next = list.findIndex((shape, place) => shape.stream === stream && !outcomes.has(place));
        const inOrder = list.flatMap((shape, place) => (shape.stream === stream && place >= next ? [place] : []));
        if (String(ofStream) !== String(inOrder.slice(0, ofStream.length)))
          complaints.push(`stream ${stream} should go on at ${next}, the call has ${ofStream}`);
      }
      const told = answers[calls++] ?? [];
      await scheduler.schedule(Promise.resolve(), `call ${calls}`);
      running--;
      for (const stream of streams) inFlight.delete(stream);
      const results = places.map((place, index): PublishOutcome => {
        if (told === 'before' || (told !== 'after' && told.includes(index))) return { accepted: false, code: 'No', message: '' };
        const stream = list[place]?.stream ?? -1;
        taken.set(stream, [...(taken.get(stream) ?? []), place]);
        return { accepted: true, busId: `b-${place}` };
      });
      if (told === 'before' || told === 'after') throw new Error('no answer');
      return results;
    },
    {
      callsInFlight: CALLS_IN_FLIGHT,
      entriesPerCall: ENTRIES_PER_CALL,
      bytesPerCall: BYTES_PER_CALL,
      attempts,
      baseMs: 0,
      capMs: 0,
    },
    (place, outcome) => {
      outcomes.set(place, [...(outcomes.get(place) ?? []), outcome]);
      if (--open === 0) all.resolve();
    },
  );
  const adding = scheduler.scheduleSequence(
    burstsOf(drawn).map((places) => async () => {
      for (const place of places) {
        const shape = list[place];
        if (shape !== undefined) sender.add(`stream ${shape.stream}`, entryOf(shape, place), place);
      }
    }),
  );
  await scheduler.waitFor(Promise.all([adding.task, all.promise]));
  await sender.close();
  return { taken, outcomes, complaints, stats: sender.stats };
}

/** Places of a stream as the bus has them in the end: each counts where it was taken last. */
function lastTaken(places: readonly number[]): number[] {
  return places.filter((place, index) => places.lastIndexOf(place) === index);
}

describe('A6 the sender, however calls fail and in whatever order they end', () => {
  test('keeps every limit, never has a stream in two calls, and what the bus has of a stream ends complete and in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), course, async (scheduler, drawn) => {
        const { list } = drawn;
        const { taken, outcomes, complaints } = await run(scheduler, drawn, Number.POSITIVE_INFINITY);
        expect(complaints).toEqual([]);
        expect([...outcomes.values()].every(([outcome, ...more]) => outcome?.accepted === true && more.length === 0)).toBe(true);
        expect(outcomes.size).toBe(list.length);
        for (const [stream, places] of taken) {
          expect(lastTaken(places)).toEqual(list.flatMap((shape, place) => (shape.stream === stream ? [place] : [])));
        }
      }),
      { numRuns: 150 },
    );
  });

  test('with a limit of attempts settles each entry once; what is given up takes the rest of its stream that waited with it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), course, async (scheduler, drawn) => {
        const { list } = drawn;
        const { taken, outcomes, complaints, stats } = await run(scheduler, drawn, 2);
        expect(complaints).toEqual([]);
        const settled = list.map((_, place) => outcomes.get(place) ?? []);
        expect(settled.every((each) => each.length === 1)).toBe(true);
        settled.forEach(([outcome], place) => {
          if (outcome?.accepted === true) expect(taken.get(list[place]?.stream ?? -1)).toContain(place);
        });
        expect(stats.accepted).toBe(settled.filter(([outcome]) => outcome?.accepted === true).length);
      }),
      { numRuns: 150 },
    );
  });
});
