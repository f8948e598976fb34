import type { SeededRandom } from '@edtech/shared-kernel/testing';
import type { SectionReport } from '../report.ts';
import { backlog } from './backlog.ts';
import { crashPoints } from './crash-points.ts';
import { histories } from './histories.ts';
import { databaseOutage } from './outage.ts';
import { people } from './people.ts';
import { peopleBugs } from './people-bugs.ts';
import { plantedBugs } from './planted-bugs.ts';
import { poisonStream } from './poison.ts';
import { randomKills } from './random-kills.ts';
import { rollingRestarts } from './rolling-restarts.ts';
import { simulations } from './simulation.ts';
import { soak } from './soak.ts';

export interface SectionOptions {
  readonly random: SeededRandom;
  readonly hours: number;
  readonly only: readonly string[];
  /** What happened, for somebody who looks closely. */
  readonly log: (line: string) => void;
  /** How far it is. */
  readonly progress: (line: string) => void;
}

interface Section {
  /** Part of the run that every change has to pass. */
  readonly inGate: boolean;
  readonly run: (options: SectionOptions) => Promise<SectionReport>;
}

export type SectionName =
  | 'simulation'
  | 'crash-points'
  | 'kills'
  | 'histories'
  | 'poison'
  | 'mutants'
  | 'people'
  | 'people-bugs'
  | 'rolling'
  | 'outage'
  | 'backlog'
  | 'soak';

export const sections: Readonly<Record<SectionName, Section>> = {
  simulation: { inGate: true, run: (options) => simulations({ ...options, schedules: 5_000, budgetMs: 300_000 }) },
  'crash-points': { inGate: true, run: (options) => crashPoints({ ...options, hits: 3 }) },
  kills: { inGate: true, run: (options) => randomKills({ ...options, kills: 60 }) },
  histories: { inGate: true, run: (options) => histories({ ...options, histories: 200, operations: 1_000 }) },
  poison: { inGate: true, run: (options) => poisonStream({ ...options, streams: 200, seconds: 5 }) },
  mutants: { inGate: true, run: (options) => plantedBugs(options) },
  people: { inGate: false, run: (options) => people({ ...options, kills: 40 }) },
  'people-bugs': { inGate: false, run: (options) => peopleBugs(options) },
  rolling: { inGate: false, run: (options) => rollingRestarts({ ...options, restarts: 50 }) },
  outage: { inGate: false, run: (options) => databaseOutage({ ...options, seconds: 60 }) },
  backlog: { inGate: false, run: (options) => backlog({ ...options, events: 1_000_000, watchMs: 300_000 }) },
  soak: { inGate: false, run: (options) => soak(options) },
};
