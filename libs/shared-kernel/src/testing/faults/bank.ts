import { UnusableHistory, type Anomaly } from './anomaly.ts';
import type { Operation } from './history.ts';

export type BankAnomaly = Anomaly<'wrong-total' | 'negative-balance' | 'wrong-accounts'>;

export interface Bank {
  /** The money of all accounts together, in whole minor units. */
  readonly total: number;
  readonly accounts: readonly string[];
}

/**
 * Transfers move money and make none: whenever somebody reads all accounts at once, the sum is the same and no balance is below zero. Judged are
 * the reads of `history` that returned; the result of each is an object with the balance of every account. Throws UnusableHistory when there
 * is no such read. A read of other accounts, or of a balance that is no whole number, is an anomaly.
 */
export function checkBank(history: readonly Operation[], { total, accounts }: Bank): BankAnomaly[] {
  const reads = history.filter(({ op, outcome }) => op === 'read' && outcome === 'ok');
  if (reads.length === 0) throw new UnusableHistory('the bank', 'nobody has read the accounts');
  return reads.flatMap((read): BankAnomaly[] => {
    const report = (kind: BankAnomaly['kind'], detail: string): BankAnomaly => ({
      kind,
      key: read.key,
      detail,
      operations: [read],
    });
    const balances = new Map<string, unknown>(Object.entries(read.result ?? {}));
    const amounts = accounts.map((account) => balances.get(account)).filter(isWhole);
    if (amounts.length !== accounts.length || balances.size !== accounts.length)
      return [
        report(
          'wrong-accounts',
          `expected a whole balance of each of ${accounts.join(', ')}, found ${JSON.stringify(read.result)}`,
        ),
      ];
    const sum = amounts.reduce((all, amount) => all + amount, 0);
    const overdrawn = accounts.filter((_, index) => (amounts[index] ?? 0) < 0);
    return [
      ...(sum === total ? [] : [report('wrong-total', `the sum is ${sum}, not ${total}`)]),
      ...(overdrawn.length === 0 ? [] : [report('negative-balance', `${overdrawn.join(', ')} below zero`)]),
    ];
  });
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
