import { verifyBetween, verifyDatabase, type Verdict, type VerifyBetweenOptions } from '@edtech/shared-kernel';
import type { Cell } from '../cell/cell.ts';
import type { Finding } from './finding.ts';

/** What the bus delivers from one service of a cell to another. */
export interface Pair {
  readonly producer: string;
  readonly consumer: string;
  readonly rules: VerifyBetweenOptions['rules'];
}

export interface VerifyInCellOptions {
  readonly pairs: readonly Pair[];
  /** What is younger may still be under way. */
  readonly graceMs: number;
  readonly canaries: readonly string[];
  readonly allowed: readonly string[];
}

/** What `npm run verify` says of the services of a cell that has come to rest. */
export async function judgeWithVerify(
  cell: Cell,
  { pairs, graceMs, canaries, allowed }: VerifyInCellOptions,
): Promise<{ findings: Finding[]; lost: number; gaps: number }> {
  const verdicts: Verdict[] = [];
  for (const { name, databaseUrl } of cell.services.values())
    verdicts.push(await verifyDatabase(databaseUrl, { service: name, graceMs, canaries, allowed }));
  const at = (name: string): { service: string; url: string } => ({ service: name, url: cell.service(name).databaseUrl });
  for (const { producer, consumer, rules } of pairs) {
    verdicts.push(
      await verifyBetween({
        producer: at(producer),
        consumer: at(consumer),
        rules,
        waiting: async () => 0,
        from: 'beginning',
        graceMs,
      }),
    );
  }
  const count = (invariant: string): number =>
    verdicts
      .flatMap(({ checked }) => checked)
      .reduce((sum, check) => sum + (check.invariant === invariant ? check.violations : 0), 0);
  const findings = verdicts.flatMap(({ service, violations, undecided }) => [
    ...violations.map(({ invariant, place, expected, found }) => ({
      invariant,
      place: `${service} ${place}`,
      detail: `${found}; expected ${expected}`,
    })),
    ...undecided.map(({ invariant, reason }) => ({ invariant, place: service, detail: `could not be judged: ${reason}` })),
  ]);
  return { findings, lost: count('I2'), gaps: count('I3') };
}
