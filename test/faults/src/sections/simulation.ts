import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import { bundled } from '../cell/bundle.ts';
import type { SectionReport } from '../report.ts';
import { replayCommand, type SimulationReport } from '../simulation.ts';

export interface SimulationSectionOptions {
  readonly random: SeededRandom;
  readonly schedules: number;
  readonly budgetMs: number;
}

/** Each keeps one core busy: what V8 does beside is to take no other. */
const PROCESSES = 2;

/** Schedules of the deterministic simulation; the seeds that failed once go first in each process. */
export async function simulations({ random, schedules, budgetMs }: SimulationSectionOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const share = Math.ceil(schedules / PROCESSES);
  const from = random.int(2 ** 30);
  const reports = await Promise.all(
    Array.from({ length: PROCESSES }, (_, index) => runShare(share, from + index * share, budgetMs)),
  );
  const sum = (figure: 'runs' | 'events' | 'crashes'): number => reports.reduce((total, report) => total + report[figure], 0);
  const failures = reports.flatMap((report) =>
    report.failures.map(({ seed, invariant, detail }) => `${invariant} seed ${seed}: ${detail}; ${replayCommand(seed)}`),
  );
  if (sum('runs') < schedules) failures.push(`only ${sum('runs')} of ${schedules} schedules fitted into ${budgetMs / 1_000} s`);
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    name: 'simulation',
    passed: failures.length === 0,
    seconds,
    figures: {
      schedules: sum('runs'),
      events: sum('events'),
      crashes: sum('crashes'),
      'per minute': Math.round((sum('runs') / seconds) * 60),
    },
    failures,
    repeat: `npm run faults -- simulation --seed ${random.seed}`,
  };
}

async function runShare(seeds: number, from: number, budgetMs: number): Promise<SimulationReport> {
  const child = fork(await bundled('sections/simulation.process'), [String(seeds), String(from), String(budgetMs)], {
    env: { PATH: process.env['PATH'] },
    execArgv: ['--single-threaded'],
  });
  let report: SimulationReport | undefined;
  child.on('message', (message: SimulationReport) => {
    report = message;
  });
  const [code] = await once(child, 'exit');
  if (report === undefined) throw new Error(`the simulation of ${seeds} seeds from ${from} ended with ${code} and no report`);
  return report;
}
