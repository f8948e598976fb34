import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import type pg from 'pg';
import { mutants, type Mutant } from '../mutants.ts';
import type { SectionReport } from '../report.ts';
import { CANARY } from '../workload/bank-workload.ts';
import { senderWastes } from './sender-waste.ts';
import { inBankCell, type BankCell } from './in-cell.ts';

export interface PlantedBugsOptions {
  readonly random: SeededRandom;
  /** Names of mutants; all when empty. */
  readonly only: readonly string[];
  readonly log: (line: string) => void;
}

interface Outcome {
  readonly id: string;
  /** What fired first, with its place; undefined: nothing did. */
  readonly fired: string | undefined;
}

/** They mostly wait. */
const AT_A_TIME = 2;
/** A bug that needs luck to show gets so many chances; a run without a bug gets one. */
const CHANCES = 3;

/**
 * A harness that finds nothing proves nothing: each bug is planted into the processes of a cell, the same seed and faults for all, and has to
 * be caught by the invariant that is made for it. Without a bug the same run has to be clean.
 */
export async function plantedBugs({ random, only, log }: PlantedBugsOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const chosen = mutants.filter(({ id }) => only.length === 0 || only.includes(id));
  const runs: (Mutant | undefined)[] = [undefined, ...chosen];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let next = runs.shift(); next !== undefined || runs.length > 0; next = runs.shift()) {
      if (next !== undefined) outcomes.push(await hunt(next, random, log));
    }
  };
  outcomes.push(await runWith(runs.shift(), random, log));
  log(`none: ${outcomes[0]?.fired ?? 'clean'}`);
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  const failures = outcomes.flatMap(({ id, fired }) => {
    const mutant = chosen.find((candidate) => candidate.id === id);
    if (mutant === undefined) return fired === undefined ? [] : [`without a bug the same run is not clean: ${fired}`];
    if (fired === undefined) return [`${id} survived: ${mutant.bug}`];
    return isCaught(mutant, fired) ? [] : [`${id} was caught by accident, not by ${mutant.caughtBy.join(' or ')}: ${fired}`];
  });
  return {
    name: 'planted bugs',
    passed: failures.length === 0,
    seconds: (performance.now() - startedAt) / 1_000,
    figures: {
      planted: chosen.length,
      caught: chosen.length - failures.filter((failure) => !failure.startsWith('without')).length,
      'fired first': outcomes
        .filter(({ id, fired }) => fired !== undefined && id !== 'none')
        .map(({ id, fired }) => `${id} ${fired?.split(' ', 1)[0]}`)
        .join(', '),
    },
    failures,
    repeat: `npm run faults -- mutants --seed ${random.seed}`,
  };
}

async function hunt(mutant: Mutant, random: SeededRandom, log: (line: string) => void): Promise<Outcome> {
  for (let chance = 1; ; chance++) {
    const outcome = await runWith(mutant, chance === 1 ? random : random.fork(`chance ${chance}`), log);
    log(`${outcome.id}: ${outcome.fired ?? 'nothing fired'}`);
    if (chance === CHANCES || isCaught(mutant, outcome.fired)) return outcome;
  }
}

function isCaught({ caughtBy }: Mutant, fired: string | undefined): boolean {
  return caughtBy.some((invariant) => fired?.startsWith(`${invariant} `) === true || fired?.startsWith(`${invariant}:`) === true);
}

async function runWith(mutant: Mutant | undefined, random: SeededRandom, log: (line: string) => void): Promise<Outcome> {
  const id = mutant?.id ?? 'none';
  const [wasted] = mutant === undefined || mutant.ofSender === true ? await senderWastes(mutant) : [];
  if (wasted !== undefined) return { id, fired: wasted };
  const probes: string[] = [];
  let mishap: string | undefined;
  const outcome = await inBankCell(
    {
      random: random.fork('planted bugs'),
      replicas: { bank: mutant === undefined || mutant.needsTwo === true ? 2 : 1, mirror: 1 },
      load: { pauseMs: 5, transfers: 0.3 },
      mutant,
      drainWithinMs: 20_000,
      log: () => undefined,
    },
    async (parts) => {
      const scenario = {
        kills: mutant === undefined || mutant.needsKills === true,
        untilParked: mutant === undefined || mutant.needsParking === true,
      };
      probes.push(...(await everyFaultOnce(parts, scenario)));
    },
  ).catch((error: unknown) => {
    mishap = error instanceof Error ? error.message : String(error);
    log(`${id}: ${mishap}`);
    return undefined;
  });
  return { id, fired: probes[0] ?? outcome?.failures[0] ?? mishap };
}

interface Scenario {
  readonly kills: boolean;
  readonly untilParked: boolean;
}

/** Poison, lost replies, garbage, duplicates and disorder all the time, for every bug; kills where it needs a new process to show. */
async function everyFaultOnce({ cell, bank }: BankCell, { kills, untilParked }: Scenario): Promise<string[]> {
  await cell.faults({ bus: { duplicate: 0.4, reorderWindow: 8 }, sqs: { duplicateReceive: 0.2 } });
  const service = cell.service('bank-service');
  await sleep(500);
  await service.database.query('INSERT INTO poisoned VALUES ($1)', [`${bank.generation}-a1`]);
  const findings = [...(await takesUnknownFields(cell)), ...(await garbage(cell))];
  await sleep(1_200);
  cell.toPostgres.resetAfterForwarding({ next: 2, when: (request) => request.includes('COMMIT') });
  if (kills) service.replicas[0]?.kill('SIGKILL');
  await sleep(900);
  if (untilParked) await parkedOrLate(service.database);
  await service.database.query('DELETE FROM poisoned');
  if (kills) {
    await sleep(600);
    service.replicas.at(-1)?.kill('SIGKILL');
    await sleep(1_500);
  }
  findings.push(...(await garbageIsParked(cell)));
  for (const replica of cell.replicas)
    if (replica.output.includes(CANARY)) findings.push(`I12 ${replica.name}: personal data in its output`);
  return findings;
}

/** An event is given up after five attempts that are up to some seconds apart. */
async function parkedOrLate(database: pg.Pool): Promise<void> {
  for (const until = performance.now() + 12_000; performance.now() < until;) {
    const { rowCount } = await database.query('SELECT 1 FROM parked_keys');
    if ((rowCount ?? 0) > 0) return;
    await sleep(100);
  }
}

/** A field that the schema does not name must be refused, not taken. */
async function takesUnknownFields(cell: BankCell['cell']): Promise<string[]> {
  const token = await cell.issuer.mint({ userId: 'prober', role: 'student' });
  const [url = ''] = cell.service('bank-service').urls;
  const response = await fetch(`${url}/bank/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ accounts: [], status: 'active' }),
  });
  return response.status === 400 ? [] : [`mass assignment: an unknown field was answered ${response.status}`];
}

const GARBAGE = 'this is no event';

async function garbage({ awsUrl }: BankCell['cell']): Promise<string[]> {
  const sqs = new SQSClient({ endpoint: awsUrl, useQueueUrlAsEndpoint: false });
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'mirror-inbox' }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: GARBAGE }));
  sqs.destroy();
  return [];
}

async function garbageIsParked(cell: BankCell['cell']): Promise<string[]> {
  const { database } = cell.service('mirror-service');
  for (const until = performance.now() + 8_000; performance.now() < until;) {
    const { rowCount } = await database.query(`SELECT 1 FROM parked_events WHERE message LIKE $1`, [`%${GARBAGE}%`]);
    if (rowCount === 1) return [];
    await sleep(50);
  }
  return ['I2 mirror-service: a message that is no event was neither handled nor parked'];
}
