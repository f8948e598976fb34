import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lampEvent } from '../../../test/test-contracts.ts';
import type { FeedEvent, FeedTerm } from './feed.ts';
import { StreamLanes } from './stream-lanes.ts';

const PARALLEL = 3;

interface Plan {
  readonly stream: number;
  /** How often the event fails before it is handled. */
  readonly failures: number;
}
const plans = fc.array(
  fc.record({
    stream: fc.nat({ max: 3 }),
    failures: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 2) }),
  }),
  { minLength: 1, maxLength: 25 },
);
const pageSizes = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 6 });

/** Positions are 2 apart, as behind a filter. */
function feedOf(planned: readonly Plan[]): FeedEvent[] {
  const versions = new Map<number, number>();
  return planned.map(({ stream }, index) => {
    const version = (versions.get(stream) ?? 0) + 1;
    versions.set(stream, version);
    return { ...lampEvent(`l-${stream}`, version), position: 2 * (index + 1) };
  });
}

/** What a subscription has done over all of its terms, and what it should not have done. */
class Witness {
  readonly done = new Set<number>();
  readonly complaints: string[] = [];
  checkpoint = 0;
  readonly #running = new Set<string>();
  readonly #failed = new Map<number, number>();

  constructor(
    private readonly scheduler: fc.Scheduler,
    private readonly planned: readonly Plan[],
    readonly feed: readonly FeedEvent[],
  ) {}

  async attempt(event: FeedEvent, ended: AbortSignal): Promise<number | undefined> {
    const { aggregateId: stream, position } = event;
    if (ended.aborted) this.complaints.push(`${position} was begun after the end of the term`);
    if (this.#running.has(stream)) this.complaints.push(`two events of ${stream} at once`);
    if (this.#running.size >= PARALLEL) this.complaints.push(`more than ${PARALLEL} attempts at once`);
    const waiting = this.feed.find((earlier) => earlier.aggregateId === stream && !this.done.has(earlier.position));
    if (waiting !== undefined && waiting.position < position) this.complaints.push(`${position} overtook ${waiting.position}`);
    this.#running.add(stream);
    await this.scheduler.schedule(Promise.resolve(), `attempt ${position}`);
    this.#running.delete(stream);
    const failed = this.#failed.get(position) ?? 0;
    if (failed < (this.planned[position / 2 - 1]?.failures ?? 0)) {
      this.#failed.set(position, failed + 1);
      return 0;
    }
    this.done.add(position);
    return undefined;
  }

  advance(position: number): void {
    const early = this.feed.find((event) => event.position <= position && !this.done.has(event.position));
    if (early !== undefined) this.complaints.push(`the checkpoint ${position} passed the unfinished ${early.position}`);
    this.checkpoint = Math.max(this.checkpoint, position);
  }

  get finished(): boolean {
    return this.checkpoint === this.feed.at(-1)?.position;
  }
}

/** One term from the checkpoint on, in pages of these sizes; it ends once everything is handled, or when `end` is aborted. */
async function serve(scheduler: fc.Scheduler, witness: Witness, sizes: readonly number[], end: AbortController): Promise<void> {
  let taken = witness.feed.filter(({ position }) => position <= witness.checkpoint).length;
  let page = 0;
  const term: FeedTerm = {
    ended: end.signal,
    take: async (limit) => {
      await scheduler.schedule(Promise.resolve(), 'take');
      if (taken === witness.feed.length && !end.signal.aborted)
        await new Promise<void>((resolve) => end.signal.addEventListener('abort', () => resolve(), { once: true }));
      if (end.signal.aborted) return [];
      const events = witness.feed.slice(taken, taken + Math.min(limit, sizes[page++] ?? limit));
      taken += events.length;
      return events;
    },
    advance: (position) => {
      witness.advance(position);
      if (witness.finished) end.abort();
    },
  };
  await new StreamLanes(term, PARALLEL, (event) => witness.attempt(event, end.signal)).untilEnded();
}

describe('A4 stream lanes, however attempts interleave and pages are cut', () => {
  test('run streams in parallel and each in order, and the checkpoint never passes what is unfinished', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), plans, pageSizes, async (scheduler, planned, sizes) => {
        const witness = new Witness(scheduler, planned, feedOf(planned));
        await scheduler.waitFor(serve(scheduler, witness, sizes, new AbortController()));
        expect(witness.complaints).toEqual([]);
        expect(witness.done.size).toBe(planned.length);
      }),
      { numRuns: 100 },
    );
  });

  test('a term that ends at any moment begins nothing more; the next ones finish from the checkpoint', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        plans,
        pageSizes,
        fc.array(fc.nat({ max: 12 }), { maxLength: 5 }),
        async (scheduler, planned, sizes, ends) => {
          const witness = new Witness(scheduler, planned, feedOf(planned));
          for (let term = 0; !witness.finished; term++) {
            const end = new AbortController();
            const serving = serve(scheduler, witness, sizes, end);
            const after = ends[term];
            if (after !== undefined) void endAfter(scheduler, after, end);
            await scheduler.waitFor(serving);
          }
          expect(witness.complaints).toEqual([]);
          expect(witness.done.size).toBe(planned.length);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('the first error of an attempt ends the term once nothing is under way, and the checkpoint stays before it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), plans, fc.nat(), async (scheduler, planned, at) => {
        const witness = new Witness(scheduler, planned, feedOf(planned));
        const poison = witness.feed[at % witness.feed.length];
        let underWay = 0;
        const end = new AbortController();
        const term: FeedTerm = {
          ended: end.signal,
          take: async () => (witness.done.size + underWay === 0 ? witness.feed : new Promise(() => undefined)),
          advance: (position) => witness.advance(position),
        };
        const lanes = new StreamLanes(term, PARALLEL, async (event) => {
          underWay++;
          try {
            if (event === poison) throw new Error('poison');
            return await witness.attempt(event, end.signal);
          } finally {
            underWay--;
          }
        });
        await expect(scheduler.waitFor(lanes.untilEnded())).rejects.toThrow('poison');
        expect(underWay).toBe(0);
        expect(witness.checkpoint).toBeLessThan(poison?.position ?? 0);
        expect(witness.complaints).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

/** Aborts after so many steps of the scheduler. */
async function endAfter(scheduler: fc.Scheduler, steps: number, end: AbortController): Promise<void> {
  for (let step = 0; step < steps; step++) await scheduler.schedule(Promise.resolve(), 'time passes');
  end.abort();
}
