import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { adminServiceTwins } from '@edtech/admin-service/testing';
import { contracts, subscriptions } from '@edtech/contracts';
import { identityServiceTwins } from '@edtech/identity-service/testing';
import { paymentServiceTwins } from '@edtech/payment-service/testing';
import { ALL_FAULTS, simulate, World, type Plant, type RunResult, type ServiceTwins } from '@edtech/shared-kernel/testing';
import { tutorServiceTwins } from '@edtech/tutor-service/testing';
import { userServiceTwins } from '@edtech/user-service/testing';
import { playsPayments, workloadOf } from './simulation-workload.ts';

export interface SimulationFailure {
  readonly seed: number;
  readonly invariant: string;
  readonly detail: string;
}

export interface SimulationReport {
  readonly runs: number;
  readonly events: number;
  readonly crashes: number;
  readonly failures: readonly SimulationFailure[];
  readonly seconds: number;
}

export interface SimulationOptions {
  /** How many seeds, beside those of the regression files. */
  readonly seeds: number;
  readonly from: number;
  /** No run begins after it. */
  readonly budgetMs: number;
}

const REGRESSIONS = join(import.meta.dirname, '..', 'regressions');

const WITHOUT_PAYMENTS: readonly ServiceTwins[] = [identityServiceTwins, userServiceTwins, tutorServiceTwins, adminServiceTwins];
/** All services that are simulated. */
export const SIMULATED: readonly ServiceTwins[] = [...WITHOUT_PAYMENTS, paymentServiceTwins];

/** The platform as far as it is built. A seed that plays no payments runs without the service, whose idle processes would cost time. */
export interface Worlds {
  readonly whole: World;
  readonly withoutPayments: World;
}

/** `plants` are bugs, for tests of the simulation itself. */
export async function openWorlds(plants: Readonly<Record<string, Plant>> = {}): Promise<Worlds> {
  const common = { rules: subscriptions, contracts, plants };
  return {
    whole: await World.open({ services: SIMULATED, ...common }),
    withoutPayments: await World.open({ services: WITHOUT_PAYMENTS, ...common }),
  };
}

/** One seed: its workload in calm and with all faults. The same seed, the same result. */
export async function runSeed({ whole, withoutPayments }: Worlds, seed: number): Promise<RunResult> {
  const world = playsPayments(seed) ? whole : withoutPayments;
  return simulate(world, { seed, faults: ALL_FAULTS, workload: workloadOf(seed) });
}

/** Seeds that failed once come first, always. */
export async function runSimulations({ seeds, from, budgetMs }: SimulationOptions): Promise<SimulationReport> {
  const worlds = await openWorlds();
  const startedAt = performance.now();
  const failures: SimulationFailure[] = [];
  let [runs, events, crashes] = [0, 0, 0];
  const all = [...regressionSeeds(), ...Array.from({ length: seeds }, (_, index) => from + index)];
  for (const seed of all) {
    if (performance.now() - startedAt > budgetMs) break;
    const result = await runSeed(worlds, seed);
    runs++;
    events += result.events;
    crashes += result.crashes;
    failures.push(...result.violations.map((violation) => ({ seed, ...violation })));
  }
  return { runs, events, crashes, failures, seconds: (performance.now() - startedAt) / 1_000 };
}

/** How a failure is seen again. */
export function replayCommand(seed: number): string {
  return `npx tsc -b test/faults && node_modules/.bin/node test/faults/dist/simulation-main.js --seed ${seed}`;
}

function regressionSeeds(): number[] {
  return (existsSync(REGRESSIONS) ? readdirSync(REGRESSIONS) : [])
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => {
      const regression: { readonly seed: number } = JSON.parse(readFileSync(join(REGRESSIONS, file), 'utf8'));
      return regression.seed;
    });
}
