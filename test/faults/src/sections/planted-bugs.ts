import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import { mutants, type Mutant } from '../mutants.ts';
import type { SectionReport } from '../report.ts';
import { CANARY } from '../workload/bank-workload.ts';
import { huntBugs } from './hunt-bugs.ts';
import { inBankCell, type BankCell } from './in-cell.ts';
import { PARTS, wrongWith } from './part-checks.ts';

export interface PlantedBugsOptions {
  readonly random: SeededRandom;
  /** Names of mutants; all when empty. */
  readonly only: readonly string[];
  readonly log: (line: string) => void;
}

/**
 * A harness that finds nothing proves nothing: each bug is planted into the processes of a cell, the same seed and faults for all, and has to
 * be caught by the invariant that is made for it. Without a bug the same run has to be clean.
 */
export async function plantedBugs({ random, only, log }: PlantedBugsOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const bugs = mutants.filter(({ id }) => only.length === 0 || only.includes(id));
  const { figures, failures } = await huntBugs({
    bugs,
    run: (mutant, chance) => runWith(mutant, chance === 1 ? random : random.fork(`chance ${chance}`), log),
    log,
  });
  return {
    name: 'planted bugs',
    passed: failures.length === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    figures,
    failures,
    repeat: `npm run faults -- mutants --seed ${random.seed}`,
  };
}

async function runWith(
  mutant: Mutant | undefined,
  random: SeededRandom,
  log: (line: string) => void,
): Promise<string | undefined> {
  for (const part of mutant === undefined ? PARTS : [mutant.ofPart ?? []].flat()) {
    const wrong = await wrongWith(part, mutant);
    if (wrong !== undefined || mutant !== undefined) return wrong;
  }
  const has = (need: 'needsTwo' | 'needsMirror' | 'needsKills'): boolean => mutant === undefined || mutant[need] === true;
  let mishap: string | undefined;
  const outcome = await inBankCell(
    {
      random: random.fork('planted bugs'),
      replicas: { bank: has('needsTwo') ? 2 : 1, mirror: has('needsMirror') ? 1 : 0 },
      load: { clients: 4, pauseMs: 200, transfers: 0.25, deposits: 0.35 },
      direct: mutant !== undefined,
      mutant,
      drainWithinMs: 20_000,
      log: () => undefined,
    },
    async (parts) => everyFaultOnce(parts, { kills: has('needsKills'), mirror: has('needsMirror') }),
  ).catch((error: unknown) => {
    mishap = error instanceof Error ? error.message : String(error);
    log(`${mutant?.id ?? 'none'}: ${mishap}`);
    return undefined;
  });
  return outcome?.failures[0] ?? mishap;
}

/** Accounts whose events cannot be handled for a while: one is tried again and again, the other given up at once. */
const [RETRIED, HOPELESS] = [1, 2];

/** So long after its answer a request's events are on their way: a kill finds something to interrupt. */
const UNDER_WAY_MS = 300;

interface Scenario {
  readonly kills: boolean;
  readonly mirror: boolean;
}

/**
 * Poison, a transfer that is undone, garbage, duplicates and disorder, for every bug; kills where it needs a new process to show, and lost
 * replies where there is no bug. Throws what a probe has found: then the cell need not come to rest.
 */
async function everyFaultOnce({ cell, bank }: BankCell, { kills, mirror }: Scenario): Promise<void> {
  await cell.faults({ bus: { duplicate: 0.4, reorderWindow: 8 }, sqs: { duplicateReceive: 0.2 } });
  const service = cell.service('bank-service');
  await service.database.query('INSERT INTO poisoned VALUES ($1, false), ($2, true)', [
    bank.account(RETRIED),
    bank.account(HOPELESS),
  ]);
  await refusesUnknownFields(cell);
  if (mirror) await garbage(cell);
  await Promise.all([bank.moveFrom(RETRIED), bank.moveFrom(HOPELESS), bank.transfer({ refuse: true }), bank.deposit()]);
  await sleep(1_200);
  printsNothingPersonal(cell);
  cell.toPostgres.resetAfterForwarding({ next: 2, when: (request) => request.includes('COMMIT') });
  if (kills) {
    await Promise.all([bank.moveFrom(0), bank.transfer({ refuse: false })]);
    await sleep(UNDER_WAY_MS);
    service.replicas[0]?.kill('SIGKILL');
  }
  await sleep(900);
  await service.database.query('DELETE FROM poisoned');
  if (kills) {
    await sleep(600);
    service.replicas.at(-1)?.kill('SIGKILL');
    await sleep(1_500);
  }
  if (mirror) await garbageIsParked(cell);
  printsNothingPersonal(cell);
}

function printsNothingPersonal({ replicas }: BankCell['cell']): void {
  const talker = replicas.find(({ output }) => output.includes(CANARY));
  if (talker !== undefined) throw new Error(`I12 ${talker.name}: personal data in its output`);
}

/** A field that the schema does not name must be refused, not taken. */
async function refusesUnknownFields(cell: BankCell['cell']): Promise<void> {
  const token = await cell.issuer.mint({ userId: 'prober', role: 'student' });
  const [url = ''] = cell.service('bank-service').urls;
  const response = await fetch(`${url}/bank/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ accounts: [], status: 'active' }),
  });
  if (response.status !== 400) throw new Error(`mass assignment: an unknown field was answered ${response.status}`);
}

const GARBAGE = 'this is no event';

async function garbage({ awsUrl }: BankCell['cell']): Promise<void> {
  const sqs = new SQSClient({ endpoint: awsUrl, useQueueUrlAsEndpoint: false });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'mirror-inbox' }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: GARBAGE }));
  sqs.destroy();
}

async function garbageIsParked(cell: BankCell['cell']): Promise<void> {
  const { database } = cell.service('mirror-service');
  for (const until = performance.now() + 8_000; performance.now() < until;) {
    const { rowCount } = await database.query(`SELECT 1 FROM parked_events WHERE message LIKE $1`, [`%${GARBAGE}%`]);
    if (rowCount === 1) return;
    await sleep(50);
  }
  throw new Error('I2 mirror-service: a message that is no event was neither handled nor parked');
}
