import type { Operation } from '../../src/testing/faults/history.ts';
import type { SeededRandom } from '../../src/testing/faults/seeded-random.ts';

/** A sound history with one lie in it; undefined where this history has no place for it. */
export type Mutation = (history: readonly Operation[], random: SeededRandom) => Operation[] | undefined;

interface Read extends Operation {
  readonly result: readonly string[];
  readonly returnedAt: number;
}

const isRead = (operation: Operation): operation is Read =>
  operation.op === 'read' && operation.outcome === 'ok' && Array.isArray(operation.result);
const isFinal = ({ client }: Operation): boolean => client === 'final';
const appended = (operation: Operation): string => String(operation.value);

/** One key of a history whose reads are still true. */
class Key {
  readonly reads: readonly Read[];
  readonly final: readonly string[];
  readonly #appends: ReadonlyMap<string, Operation>;

  constructor(
    readonly key: string,
    readonly history: readonly Operation[],
  ) {
    const operations = history.filter((operation) => operation.key === key);
    this.reads = operations.filter(isRead);
    this.final = this.reads.find(isFinal)?.result ?? [];
    this.#appends = new Map(operations.filter(({ op }) => op === 'append').map((append) => [appended(append), append]));
  }

  append(value = ''): Operation | undefined {
    return this.#appends.get(value);
  }

  appends(outcome: Operation['outcome']): Operation[] {
    return [...this.#appends.values()].filter((append) => append.outcome === outcome);
  }

  /** Whether this append was acknowledged before the other operation was invoked. */
  acknowledgedBefore(value: string, { invokedAt }: Operation): boolean {
    const append = this.append(value);
    return append?.outcome === 'ok' && (append.returnedAt ?? Infinity) < invokedAt;
  }

  everyRead(change: (list: readonly string[]) => readonly string[]): Operation[] {
    return this.history.map((one) => (one.key === this.key && isRead(one) ? { ...one, result: change(one.result) } : one));
  }

  oneRead(read: Read, result: readonly string[]): Operation[] {
    return this.history.map((one) => (one === read ? { ...one, result } : one));
  }
}

/** The first lie that one of the keys, taken in a random order, has a place for. */
function somewhere<Place>(places: (key: Key) => Place[], lie: (key: Key, place: Place) => Operation[]): Mutation {
  return (history, random) => {
    const keys = [...new Set(history.map(({ key }) => key))].map((key) => new Key(key, history));
    const all = keys.flatMap((key) => places(key).map((place) => ({ key, place })));
    if (all.length === 0) return undefined;
    const { key, place } = random.pick(all);
    return lie(key, place);
  };
}

const notFinal = (key: Key): Read[] => key.reads.filter((read) => !isFinal(read));

export const mutations = {
  'an acknowledged append is in no read': {
    kind: 'lost-write',
    lie: somewhere(
      (key) => key.appends('ok').map(appended),
      (key, lost) => key.everyRead((list) => list.filter((value) => value !== lost)),
    ),
  },
  'a failed append is in a read': {
    kind: 'aborted-read',
    lie: somewhere(
      (key) =>
        key
          .appends('fail')
          .flatMap((append) => key.reads.filter((read) => read.returnedAt > append.invokedAt).map((read) => ({ append, read }))),
      (key, { append, read }) => key.oneRead(read, [...read.result, appended(append)]),
    ),
  },
  'a value that nobody appended is in a read': {
    kind: 'phantom-read',
    lie: somewhere(
      (key) => [...key.reads],
      (key, read) => key.oneRead(read, ['nobody', ...read.result]),
    ),
  },
  'a value is in a read before its append was invoked': {
    kind: 'phantom-read',
    lie: somewhere(
      (key) =>
        key.reads.flatMap((read) => {
          const next = key.append(key.final[read.result.length]);
          return next !== undefined && next.invokedAt > read.returnedAt ? [{ read, next }] : [];
        }),
      (key, { read, next }) => key.oneRead(read, [...read.result, appended(next)]),
    ),
  },
  'a read shows two values the other way round': {
    kind: 'forked',
    lie: somewhere(
      (key) => notFinal(key).filter(({ result }) => result.length > 1),
      (key, read) => key.oneRead(read, [...read.result.slice(0, -2), ...read.result.slice(-2).toReversed()]),
    ),
  },
  'a read shows an append that another list does not have': {
    kind: 'forked',
    lie: somewhere(
      (key) =>
        key
          .appends('info')
          .filter((append) => !key.final.includes(appended(append)))
          .flatMap((append) =>
            notFinal(key)
              .filter((read) => read.returnedAt > append.invokedAt && read.result.length < key.final.length)
              .map((read) => ({ append, read })),
          ),
      (key, { append, read }) => key.oneRead(read, [...read.result, appended(append)]),
    ),
  },
  'an append stands before one that was acknowledged before it was invoked': {
    kind: 'reordered',
    lie: somewhere(
      (key) =>
        key.final.flatMap((first, place) => {
          const second = key.append(key.final[place + 1]);
          const between = key.reads.some(({ result }) => result.length === place + 1);
          return second !== undefined && !between && key.acknowledgedBefore(first, second) ? [place] : [];
        }),
      (key, place) =>
        key.everyRead((list) => [
          ...list.slice(0, place),
          ...list.slice(place, place + 2).toReversed(),
          ...list.slice(place + 2),
        ]),
    ),
  },
  'a read lacks an append that was acknowledged before it was invoked': {
    kind: 'stale-read',
    lie: somewhere(
      (key) =>
        notFinal(key).flatMap((read) => {
          const acknowledged = read.result.findLastIndex((value) => key.acknowledgedBefore(value, read));
          return acknowledged < 0 ? [] : [{ read, acknowledged }];
        }),
      (key, { read, acknowledged }) => key.oneRead(read, read.result.slice(0, acknowledged)),
    ),
  },
  'a read lacks what an earlier read had, although nobody was told that it is there': {
    kind: 'non-monotonic-read',
    lie: somewhere(
      (key) =>
        notFinal(key).flatMap((read) => {
          const kept = read.result.findLastIndex((value) => key.acknowledgedBefore(value, read)) + 1;
          const seen = Math.max(
            0,
            ...key.reads.filter(({ returnedAt }) => returnedAt < read.invokedAt).map(({ result }) => result.length),
          );
          return seen > kept ? [{ read, kept }] : [];
        }),
      (key, { read, kept }) => key.oneRead(read, read.result.slice(0, kept)),
    ),
  },
  'a read shows a value twice': {
    kind: 'duplicate',
    lie: somewhere(
      (key) => key.reads.filter(({ result }) => result.length > 0),
      (key, read) => key.oneRead(read, [...read.result, ...read.result.slice(0, 1)]),
    ),
  },
} as const satisfies Record<string, { kind: string; lie: Mutation }>;
