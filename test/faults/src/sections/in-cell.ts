import { InMemoryHistory, type SeededRandom } from '@edtech/shared-kernel/testing';
import { Cell, type ServiceSpec } from '../cell/cell.ts';
import { quiesce } from '../cell/quiesce.ts';
import { BUS_FAULTS } from '../chaos.ts';
import type { Judgement } from '../judge/finding.ts';
import { judgeCell } from '../judge/judge-cell.ts';
import type { Mutant } from '../mutants.ts';
import type { ClientErrors } from '../workload/http-client.ts';
import { failuresOf } from '../report.ts';
import { BankWorkload, type BankLoad } from '../workload/bank-workload.ts';

export interface BankCell {
  readonly cell: Cell;
  readonly bank: BankWorkload;
}

export interface InCellOptions {
  readonly random: SeededRandom;
  readonly replicas: BankReplicas;
  readonly load: Partial<BankLoad>;
  /** Where the clients send their requests instead of to the replicas. */
  readonly through?: (cell: Cell) => Promise<readonly string[]>;
  readonly skewed?: boolean;
  /** No proxy stands before the database and the bus. */
  readonly direct?: boolean;
  readonly mutant?: Mutant | undefined;
  /** How long the cell may take to come to rest. */
  readonly drainWithinMs?: number;
  readonly log: (line: string) => void;
}

export interface CellOutcome extends Judgement {
  /** Findings and everything else that must not be, as text. */
  readonly failures: readonly string[];
  readonly drainSeconds: number;
  readonly operations: number;
  readonly errors: ClientErrors;
  /** Processes that died, whatever the reason. */
  readonly deaths: number;
}

const DEFAULT_LOAD: BankLoad = { clients: 6, pauseMs: 10, accounts: 6, transfers: 0.15, deposits: 0.08 };

export interface BankReplicas {
  readonly bank: number;
  /** 0: the cell has no mirror, and nobody looks at the bus. */
  readonly mirror: number;
}

export function bankServices({ bank, mirror }: BankReplicas): ServiceSpec[] {
  const roles = (replicas: number): 'all'[] => Array.from({ length: replicas }, () => 'all');
  const bankService = { name: 'bank-service', program: 'bank/main', replicas: roles(bank) };
  return mirror === 0
    ? [bankService]
    : [bankService, { name: 'mirror-service', program: 'mirror/main', replicas: roles(mirror) }];
}

/**
 * Runs `scenario` on a bank under load with the faults of the bus on, lets the cell come to rest and judges it. A cell that does not come to
 * rest is a finding of I10 and is judged all the same.
 */
export async function inBankCell(options: InCellOptions, scenario: (parts: BankCell) => Promise<void>): Promise<CellOutcome> {
  const { random, replicas, load, through, skewed = false, direct = false, mutant, drainWithinMs, log } = options;
  const cell = await Cell.start({ random: random.fork('cell'), services: bankServices(replicas), skewed, direct, mutant, log });
  try {
    const bank = new BankWorkload(cell, random.fork('bank'), new InMemoryHistory(), {
      ...DEFAULT_LOAD,
      ...load,
      ...(through === undefined ? {} : { urls: await through(cell) }),
    });
    await bank.start();
    await cell.faults(BUS_FAULTS);
    try {
      await scenario({ cell, bank });
    } finally {
      await bank.stop();
    }
    const failures: string[] = [];
    let drainSeconds = 0;
    try {
      drainSeconds = await quiesce(cell, { withinMs: drainWithinMs });
    } catch (error) {
      failures.push(`I10 ${error instanceof Error ? error.message : String(error)}`);
    }
    const judgement = await judgeCell(cell, bank.facts, bank.history);
    failures.push(...failuresOf(judgement.findings), ...bank.errors.dirty.map((error) => `client error: ${error}`));
    return {
      ...judgement,
      failures,
      drainSeconds,
      operations: bank.operations,
      errors: bank.errors,
      deaths: cell.replicas.reduce((sum, { deaths }) => sum + deaths, 0),
    };
  } finally {
    await cell.stop();
  }
}
