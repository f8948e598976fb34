import type { Row } from './measure.ts';

/** A goal of the performance document. Without `must` the figure is reported and judged by people. */
export interface Goal {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ratio' | 'ms' | 'count';
  readonly better: 'higher' | 'lower';
  readonly must?: number;
  readonly stretch?: number;
}

export interface Result {
  readonly program: string;
  readonly commit: string;
  readonly measuredAt: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly cpu: string;
  readonly cores: number;
  readonly endpoint: string;
  readonly rounds: number;
  readonly roundMs: number;
  /** How many runs it took to agree on a missed goal; 1: nothing was missed at once. */
  readonly runs: number;
  readonly gates: readonly { readonly name: string; readonly passed: boolean; readonly reason?: string }[];
  readonly tables: readonly { readonly title: string; readonly rows: readonly Row[] }[];
  readonly goals: readonly Goal[];
  readonly plans: readonly string[];
}

export function reaches({ value, better }: Goal, target: number | undefined): boolean {
  if (target === undefined) return true;
  return better === 'higher' ? value >= target : value <= target;
}

export function verdict(goal: Goal): string {
  if (goal.must === undefined && goal.stretch === undefined) return 'reported';
  if (!reaches(goal, goal.must)) return 'MISSED';
  return goal.stretch !== undefined && reaches(goal, goal.stretch) ? 'stretch met' : 'met';
}
