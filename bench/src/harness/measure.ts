import { quantile } from './stats.ts';

/** What one round of one variant did. */
export interface Sample {
  readonly ops: number;
  readonly seconds: number;
  /** Milliseconds; empty where an operation has no time of its own. */
  readonly latencies: readonly number[];
  readonly counts?: Readonly<Record<string, number>>;
  /** Where the process does more than what is measured. */
  readonly cpuMicros?: number;
}

export interface Variant {
  readonly name: string;
  /** Rows, transactions and promises: what one operation stands for. */
  readonly includes: string;
  /** Not timed. */
  readonly before?: () => Promise<void>;
  /** About `ms` long, or one fixed amount of work. */
  readonly run: (ms: number) => Promise<Sample>;
  readonly after?: () => Promise<void>;
}

/** A counter read before and after each round. */
export interface Meter {
  readonly name: string;
  readonly read: () => number | Promise<number>;
  readonly per: 'op' | 'round';
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Row {
  readonly name: string;
  readonly includes: string;
  readonly opsPerSecond: Spread;
  /** To the first row, round by round. */
  readonly ratio: Spread;
  readonly p50: number | null;
  readonly p99: number | null;
  /** User and system time of this process. */
  readonly cpuMicrosPerOp: number;
  readonly meters: Readonly<Record<string, number>>;
}

export interface Plan {
  readonly rounds: number;
  readonly ms: number;
  readonly warmUpMs: number;
}

interface Round extends Sample {
  readonly rate: number;
  readonly cpuMicrosPerOp: number;
  readonly meters: Readonly<Record<string, number>>;
}

/** Interleaved rounds, the order reversed every second round, one warm-up thrown away. The first variant is the floor. */
export async function measure(variants: readonly Variant[], meters: readonly Meter[], plan: Plan): Promise<Row[]> {
  for (const variant of variants) await round(variant, meters, plan.warmUpMs);
  const rounds = new Map(variants.map((variant): [Variant, Round[]] => [variant, []]));
  for (let n = 0; n < plan.rounds; n++) {
    for (const variant of n % 2 === 0 ? variants : variants.toReversed()) {
      rounds.get(variant)?.push(await round(variant, meters, plan.ms));
    }
  }
  const floor = [...rounds.values()][0] ?? [];
  return [...rounds].map(([variant, own]) => rowOf(variant, own, floor));
}

async function round(variant: Variant, meters: readonly Meter[], ms: number): Promise<Round> {
  await variant.before?.();
  const before = await readAll(meters);
  const cpu = process.cpuUsage();
  const sample = await variant.run(ms);
  const { user, system } = process.cpuUsage(cpu);
  const after = await readAll(meters);
  await variant.after?.();
  const counted = meters.map(({ name, per }, index) => {
    const count = (after[index] ?? 0) - (before[index] ?? 0);
    return [name, per === 'op' ? count / Math.max(1, sample.ops) : count] as const;
  });
  return {
    ...sample,
    rate: sample.ops / sample.seconds,
    cpuMicrosPerOp: (sample.cpuMicros ?? user + system) / Math.max(1, sample.ops),
    meters: { ...Object.fromEntries(counted), ...sample.counts },
  };
}

async function readAll(meters: readonly Meter[]): Promise<number[]> {
  const counts: number[] = [];
  for (const meter of meters) counts.push(await meter.read());
  return counts;
}

function rowOf({ name, includes }: Variant, rounds: readonly Round[], floor: readonly Round[]): Row {
  const latencies = rounds.flatMap((round) => round.latencies).sort((a, b) => a - b);
  const names = Object.keys(rounds[0]?.meters ?? {});
  return {
    name,
    includes,
    opsPerSecond: spread(rounds.map(({ rate }) => rate)),
    ratio: spread(rounds.map(({ rate }, index) => rate / (floor[index]?.rate ?? rate))),
    p50: latencies.length === 0 ? null : quantile(latencies, 0.5),
    p99: latencies.length === 0 ? null : quantile(latencies, 0.99),
    cpuMicrosPerOp: spread(rounds.map(({ cpuMicrosPerOp }) => cpuMicrosPerOp)).median,
    meters: Object.fromEntries(names.map((meter) => [meter, spread(rounds.map(({ meters }) => meters[meter] ?? 0)).median])),
  };
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}
