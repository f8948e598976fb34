import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { lockMachine } from './lock.ts';
import { measure, type Meter, type Plan, type Row, type Variant } from './measure.ts';
import { reaches, verdict, type Goal, type Result } from './result.ts';
import { markdown, renderTable } from './table.ts';

export const RESULTS: string = join(import.meta.dirname, '..', '..', 'results');
const RUNS_TO_AGREE = 3;

/** One run of one program: gates first, then tables, then goals. */
export class Bench {
  readonly quick: boolean = process.argv.includes('--quick');
  readonly plan: Plan = this.quick ? { rounds: 1, ms: 150, warmUpMs: 50 } : { rounds: 5, ms: 800, warmUpMs: 800 };
  readonly gates: { name: string; passed: boolean; reason?: string }[] = [];
  readonly tables: { title: string; rows: readonly Row[] }[] = [];
  readonly goals: Goal[] = [];
  readonly plans: string[] = [];
  /** What ran outside of this process. */
  readonly endpoints = new Set<string>();
  versions: Record<string, string> = { node: process.versions.node };

  /** `work` in quick runs is a fraction: there the speed does not count. */
  size(full: number, quick: number): number {
    return this.quick ? quick : full;
  }

  /** Ours must pass: a throw ends the program. */
  async gate(name: string, check: () => Promise<void>): Promise<void> {
    await check();
    this.gates.push({ name, passed: true });
    print(`gate passed: ${name}`);
  }

  /** A floor that fails is not counted: the answer says whether a ratio may be taken to it. */
  async gateOfFloor(name: string, check: () => Promise<void>): Promise<boolean> {
    try {
      await this.gate(name, check);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.gates.push({ name, passed: false, reason });
      print(`NOT COUNTED: ${name}: ${reason}`);
      return false;
    }
  }

  async table(title: string, variants: readonly Variant[], meters: readonly Meter[] = []): Promise<(name: string) => Row> {
    const rows = await measure(variants, meters, this.plan);
    return this.report(title, rows);
  }

  report(title: string, rows: readonly Row[]): (name: string) => Row {
    this.tables.push({ title, rows });
    print(`\n${renderTable(title, rows)}`);
    return (name) => {
      const row = rows.find((candidate) => candidate.name === name);
      if (row === undefined) throw new Error(`${title} has no row ${name}`);
      return row;
    };
  }

  goal(goal: Goal): void {
    this.goals.push(goal);
  }

  /** Median of the ratios of rows that were measured in the same rounds. */
  ratioGoal(name: string, ours: Row, floor: Row, must?: number, stretch?: number): void {
    const value = ours.ratio.median / floor.ratio.median;
    this.goal({
      name,
      value,
      unit: 'ratio',
      better: 'higher',
      ...(must === undefined ? {} : { must }),
      ...(stretch === undefined ? {} : { stretch }),
    });
  }

  missed(): string[] {
    return this.goals.filter((goal) => !reaches(goal, goal.must)).map(({ name }) => name);
  }
}

/**
 * Runs a program as a process. A missed `must` fails it only if three runs agree; a quick run judges no speed and writes no result.
 */
export async function runProgram(name: string, body: (bench: Bench) => Promise<void>): Promise<void> {
  const unlock = lockMachine();
  try {
    let missed: string[] | undefined;
    for (let run = 1; run <= RUNS_TO_AGREE; run++) {
      print(`\n# ${name}${run > 1 ? `, run ${run}` : ''}`);
      const bench = new Bench();
      await body(bench);
      if (bench.goals.length > 0) print(`\n${renderGoals(bench.goals, bench.quick)}`);
      if (bench.quick) break;
      const now = bench.missed();
      missed = missed === undefined ? now : missed.filter((goal) => now.includes(goal));
      save(name, bench, run);
      if (missed.length === 0) break;
    }
    if (missed !== undefined && missed.length > 0) {
      print(`\nmissed in ${RUNS_TO_AGREE} runs: ${missed.join('; ')}`);
      process.exitCode = 1;
    }
  } finally {
    unlock();
  }
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function renderGoals(goals: readonly Goal[], unjudged = false): string {
  const figure = (value: number | undefined): string => (value === undefined ? '-' : String(Math.round(value * 100) / 100));
  return markdown(
    ['goal', 'measured', 'must', 'stretch', 'verdict'],
    goals.map((goal) => [
      `${goal.name}${goal.unit === 'ratio' ? '' : `, ${goal.unit}`}`,
      figure(goal.value),
      figure(goal.must),
      figure(goal.stretch),
      unjudged ? 'quick run' : verdict(goal),
    ]),
  );
}

function save(program: string, bench: Bench, runs: number): void {
  const { gates, tables, goals, plans, endpoints, versions, plan } = bench;
  const result: Result = {
    program,
    commit: commit(),
    measuredAt: new Date().toISOString(),
    versions: {
      ...versions,
      ...installed(['pg', 'fastify', '@nestjs/core', '@nestjs/cqrs', '@aws-sdk/client-sqs', '@aws-sdk/client-dynamodb']),
    },
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    endpoint: endpoints.size === 0 ? 'in this process' : [...endpoints].join('; '),
    rounds: plan.rounds,
    roundMs: plan.ms,
    runs,
    gates,
    tables,
    goals,
    plans,
  };
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${program}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  } catch {
    return 'unknown';
  }
}

function installed(names: readonly string[]): Record<string, string> {
  const require = createRequire(import.meta.url);
  const versions: Record<string, string> = {};
  for (const name of names) {
    for (const folder of require.resolve.paths(name) ?? []) {
      try {
        const { version }: { version: string } = require(join(folder, name, 'package.json'));
        versions[name] = version;
        break;
      } catch {
        continue;
      }
    }
  }
  return versions;
}
