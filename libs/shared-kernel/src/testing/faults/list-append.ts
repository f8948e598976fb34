import { UnusableHistory, type Anomaly } from './anomaly.ts';
import type { Operation } from './history.ts';

export type ListAppendAnomaly = Anomaly<
  | 'lost-write'
  | 'aborted-read'
  | 'phantom-read'
  | 'forked'
  | 'reordered'
  | 'stale-read'
  | 'non-monotonic-read'
  | 'duplicate'
  | 'two-winners'
>;

type Value = string | number;

interface Timed {
  readonly operation: Operation;
  readonly invokedAt: number;
  /** Infinity while nobody knows whether and when it takes effect. */
  readonly returnedAt: number;
}

interface Append extends Timed {
  readonly value: Value;
}

interface Read extends Timed {
  readonly list: readonly Value[];
}

/** What is known of one key once all its reads are laid upon each other. */
interface Timeline {
  readonly appends: readonly Append[];
  /** Those that did not fork. */
  readonly reads: readonly Read[];
  /** The last read, which was invoked after every acknowledged append. */
  readonly final: Read;
  /** Of each value in the longest list that continues the final one. */
  readonly places: ReadonlyMap<Value, number>;
}

/**
 * Whether the history of every key can come from one list that takes each append at a moment between its invocation and its return, and shows
 * itself whole to each read (linearizability). Answers one anomaly for each contradiction; nothing when it can.
 *
 * Operations `append` (with `value`) and `read` (with the list as `result`) are judged, others are ignored. Values of a key are unique, and a
 * request that its client repeats is one operation. The last read of a key is its final list: it must be invoked after every acknowledged append.
 * Throws UnusableHistory where that is not so. Times are compared strictly: operations that touch in one microsecond are concurrent.
 *
 * Takes O(n log n) for n operations and values read.
 */
export function checkListAppend(history: readonly Operation[]): ListAppendAnomaly[] {
  const keys = Map.groupBy(
    history.filter(({ op }) => op === 'append' || op === 'read'),
    ({ key }) => key,
  );
  return [...keys].flatMap(([key, operations]) => checkKey(key, operations));
}

function checkKey(key: string, operations: readonly Operation[]): ListAppendAnomaly[] {
  const appends = appendsOf(key, operations);
  const found = impossibleValues(readsOf(key, operations), new Map(appends.map((append) => [append.value, append])));
  const final = finalRead(key, appends, found.reads);
  if (final === undefined) return [...found.anomalies, ...twoWinners(appends, new Map())];
  const { timeline, forked } = layTogether(appends, found.reads, final);
  return [
    ...found.anomalies,
    ...forked,
    ...lostWrites(timeline),
    ...reordered(timeline),
    ...outdatedReads(timeline),
    ...twoWinners(appends, timeline.places),
  ];
}

/** A read shows each value once, and only such that somebody had begun to append and nobody was told to have failed. */
function impossibleValues(
  reads: readonly Read[],
  appends: ReadonlyMap<Value, Append>,
): { readonly reads: Read[]; readonly anomalies: ListAppendAnomaly[] } {
  const anomalies = new Map<string, ListAppendAnomaly>();
  const report = (kind: ListAppendAnomaly['kind'], value: Value, read: Read, detail: string): void => {
    const append = appends.get(value);
    const name = `${kind} of ${JSON.stringify(value)}`;
    if (!anomalies.has(name))
      anomalies.set(name, anomaly(kind, append === undefined ? [read] : [append, read], `${value} ${detail}`));
  };
  const possible = reads.map((read) => {
    const list = new Set<Value>();
    for (const value of read.list) {
      const append = appends.get(value);
      if (list.has(value)) report('duplicate', value, read, 'was read twice in one list');
      else if (append === undefined) report('phantom-read', value, read, 'was read and never appended');
      else if (read.returnedAt < append.invokedAt) report('phantom-read', value, read, 'was read before its append was invoked');
      else if (append.operation.outcome === 'fail')
        report('aborted-read', value, read, 'was read although its append had failed');
      else list.add(value);
    }
    return { ...read, list: [...list] };
  });
  return { reads: possible, anomalies: [...anomalies.values()] };
}

/** All reads are prefixes of one list. */
function layTogether(
  appends: readonly Append[],
  reads: readonly Read[],
  final: Read,
): { readonly timeline: Timeline; readonly forked: ListAppendAnomaly[] } {
  const longest = reads
    .filter((read) => read.list.length > final.list.length && isPrefix(final.list, read.list))
    .reduce((longer, read) => (read.list.length > longer.list.length ? read : longer), final);
  const forked = new Set(reads.filter((read) => !isPrefix(read.list, longest.list)));
  const places = new Map(longest.list.map((value, place) => [value, place]));
  const agreeing = reads.filter((read) => !forked.has(read));
  return {
    timeline: { appends, reads: agreeing, final, places },
    forked: [...forked].map((read) => {
      const place = read.list.findIndex((value, index) => value !== longest.list[index]);
      return anomaly(
        'forked',
        [longest, read],
        `place ${place} is ${read.list[place]} in one read and ${longest.list[place] ?? 'the end'} in another`,
      );
    }),
  };
}

/** An acknowledged append is in the final list. */
function lostWrites({ appends, final }: Timeline): ListAppendAnomaly[] {
  const kept = new Set(final.list);
  return appends
    .filter(({ operation, value }) => operation.outcome === 'ok' && !kept.has(value))
    .map((append) => anomaly('lost-write', [append, final], `${append.value} was acknowledged and is not in the final list`));
}

/** An append that was acknowledged before another was invoked stands before it. */
function reordered({ appends, places }: Timeline): ListAppendAnomaly[] {
  const placed = appends.filter(({ value }) => places.has(value));
  const place = ({ value }: Append): number => places.get(value) ?? -1;
  return [...greatestBefore(placed, placed, place)]
    .filter(([first, second]) => place(first) > place(second))
    .map(([first, second]) =>
      anomaly(
        'reordered',
        [first, second],
        `${first.value} was acknowledged before ${second.value} was sent, and stands after it`,
      ),
    );
}

/**
 * A read shows every append that was acknowledged before it was invoked, and as much as any read that had returned by then. What is lost counts
 * as lost, not for each read as missing; a read that is outdated by both rules counts as stale.
 */
function outdatedReads({ appends, reads, final, places }: Timeline): ListAppendAnomaly[] {
  const place = ({ value }: Append): number => places.get(value) ?? -1;
  const length = ({ list }: Read): number => list.length;
  const kept = appends.filter((append) => places.has(append.value) && place(append) < final.list.length);
  const stale = new Map<Read, ListAppendAnomaly>();
  for (const [append, read] of greatestBefore(kept, reads, place)) {
    if (place(append) < length(read)) continue;
    stale.set(
      read,
      anomaly('stale-read', [append, read], `${append.value} was acknowledged before the read was sent, and is not in it`),
    );
  }
  const shrunk = [...greatestBefore(reads, reads, length)]
    .filter(([before, read]) => length(before) > length(read) && !stale.has(read))
    .map(([before, read]) =>
      anomaly('non-monotonic-read', [before, read], `a read of ${length(before)} values was followed by one of ${length(read)}`),
    );
  return [...stale.values(), ...shrunk];
}

/** Of the appends that expect the same version one wins. */
function twoWinners(appends: readonly Append[], places: ReadonlyMap<Value, number>): ListAppendAnomaly[] {
  const winners = appends.filter(
    ({ operation, value }) =>
      operation.expected !== undefined && (operation.outcome === 'ok' || (operation.outcome === 'info' && places.has(value))),
  );
  return [...Map.groupBy(winners, ({ operation }) => operation.expected)]
    .filter(([, won]) => won.length > 1)
    .map(([expected, won]) =>
      anomaly('two-winners', won, `${won.map(({ value }) => value).join(' and ')} both won version ${expected}`),
    );
}

/** For each of `later` the greatest of those of `earlier` that had returned before it was invoked, where there is one. */
function* greatestBefore<E extends Timed, L extends Timed>(
  earlier: readonly E[],
  later: readonly L[],
  size: (one: E) => number,
): Iterable<readonly [E, L]> {
  const returns = earlier.toSorted((a, b) => a.returnedAt - b.returnedAt).values();
  let next = returns.next();
  let greatest: E | undefined;
  for (const one of later.toSorted((a, b) => a.invokedAt - b.invokedAt)) {
    for (; !next.done && next.value.returnedAt < one.invokedAt; next = returns.next())
      if (greatest === undefined || size(next.value) > size(greatest)) greatest = next.value;
    if (greatest !== undefined) yield [greatest, one];
  }
}

function appendsOf(key: string, operations: readonly Operation[]): Append[] {
  const values = new Set<Value>();
  return operations
    .filter(({ op }) => op === 'append')
    .map((operation) => {
      const { value, invokedAt, outcome, returnedAt } = operation;
      if (!isValue(value)) throw new UnusableHistory(key, 'an append has a value that is neither text nor a number');
      if (values.has(value)) throw new UnusableHistory(key, `${value} was appended twice`);
      values.add(value);
      return { operation, value, invokedAt, returnedAt: outcome === 'ok' ? (returnedAt ?? Infinity) : Infinity };
    });
}

function readsOf(key: string, operations: readonly Operation[]): Read[] {
  return operations
    .filter(({ op, outcome }) => op === 'read' && outcome === 'ok')
    .map((operation) => {
      const { result, invokedAt, returnedAt = Infinity } = operation;
      if (!Array.isArray(result) || !result.every(isValue)) throw new UnusableHistory(key, 'a read has no list as its result');
      return { operation, list: result, invokedAt, returnedAt };
    });
}

function finalRead(key: string, appends: readonly Append[], reads: readonly Read[]): Read | undefined {
  const [first, ...others] = reads;
  const final = first && others.reduce((last, read) => (read.invokedAt > last.invokedAt ? read : last), first);
  const unread = appends.find(
    ({ operation, returnedAt }) => operation.outcome === 'ok' && !(returnedAt < (final?.invokedAt ?? 0)),
  );
  if (unread !== undefined) throw new UnusableHistory(key, `no read was sent after ${unread.value} was acknowledged`);
  return final;
}

function isPrefix(short: readonly Value[], long: readonly Value[]): boolean {
  return short.length <= long.length && short.every((value, place) => value === long[place]);
}

function isValue(value: unknown): value is Value {
  return typeof value === 'string' || typeof value === 'number';
}

function anomaly(kind: ListAppendAnomaly['kind'], involved: readonly Timed[], detail: string): ListAppendAnomaly {
  const operations = involved.map(({ operation }) => operation);
  return { kind, key: operations[0]?.key ?? '', detail, operations };
}
