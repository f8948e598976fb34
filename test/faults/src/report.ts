import type { Counts, Finding } from './judge/finding.ts';

/** What one part of a run has shown. */
export interface SectionReport {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** In the order in which they are shown. */
  readonly figures: Readonly<Record<string, number | string>>;
  readonly counts?: Counts;
  /** Why it has not passed, the first one first. */
  readonly failures: readonly string[];
  /** The command that repeats it. */
  readonly repeat: string;
}

export function failuresOf(findings: readonly Finding[]): string[] {
  return findings.map(({ invariant, place, detail }) => `${invariant} ${place}: ${detail}`);
}

export function renderSection({ name, passed, seconds, figures, counts, failures, repeat }: SectionReport): string {
  const shown = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
  const lines = [`${passed ? 'passed' : 'FAILED'}  ${name}  (${seconds.toFixed(1)} s)`, `        ${shown.join(', ')}`];
  if (counts !== undefined) {
    const { lost, doubled, inverted, gaps, drift } = counts;
    lines.push(`        lost ${lost}, doubled ${doubled}, inverted ${inverted}, gaps ${gaps}, money drift ${drift}`);
  }
  for (const failure of failures.slice(0, 20)) lines.push(`        - ${failure}`);
  if (failures.length > 20) lines.push(`        … and ${failures.length - 20} more`);
  if (!passed) lines.push(`        repeat: ${repeat}`);
  return lines.join('\n');
}

/** Nearest-rank percentile; 0 of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
