import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import type { Cell } from './cell/cell.ts';

export interface ChaosOptions {
  /** Time between two faults, on average. */
  readonly everyMs: number;
  /** How often each fault is drawn; 0 leaves it out. */
  readonly weights: Readonly<Record<FaultName, number>>;
}

export type FaultName =
  | 'kill replica'
  | 'kill two replicas'
  | 'term replica'
  | 'pause replica'
  | 'kill postgres'
  | 'kill aws'
  | 'cut database'
  | 'cut bus'
  | 'lose reply'
  | 'slow network'
  | 'black hole'
  | 'poison';

/** The mix of a gate run and of a soak: mostly killed processes, and everything else now and then. */
export const FULL_MIX: ChaosOptions['weights'] = {
  'kill replica': 40,
  'kill two replicas': 6,
  'term replica': 6,
  'pause replica': 5,
  'kill postgres': 3,
  'kill aws': 4,
  'cut database': 6,
  'cut bus': 6,
  'lose reply': 12,
  'slow network': 4,
  'black hole': 2,
  poison: 6,
};

/** Throttled calls, duplicates, lost replies and a reordered bus: on all the time, beside the faults that chaos draws. */
export const BUS_FAULTS = {
  bus: { duplicate: 0.1, reorderWindow: 5, partialPutFailure: 0.05, throttle: 0.05, resetAfterAccept: 0.03 },
  sqs: { duplicateReceive: 0.05, partialBatchFailure: 0.03, delayMs: 200 },
};

const PAUSE_MS = 4_200;

/** Breaks things, as its seed says, until it is stopped. */
export class Chaos {
  /** Processes that were killed without warning. */
  kills = 0;
  readonly faults: Partial<Record<FaultName, number>> = {};
  readonly #names: readonly FaultName[];
  readonly #under = new Set<Promise<unknown>>();
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly cell: Cell,
    private readonly random: SeededRandom,
    private readonly options: ChaosOptions,
  ) {
    this.#names = Object.entries(options.weights).flatMap(([name, weight]) =>
      isFaultName(name, options.weights) ? Array.from({ length: weight }, () => name) : [],
    );
  }

  start(): void {
    this.#running = this.#run();
  }

  /** No new fault; those that take time are waited for. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await Promise.all(this.#under);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await sleep(this.random.between(Math.floor(this.options.everyMs / 2), Math.ceil(this.options.everyMs * 1.5)));
      if (this.#stopped) return;
      const name = this.random.pick(this.#names);
      this.faults[name] = (this.faults[name] ?? 0) + 1;
      const under = this.#break(name).finally(() => this.#under.delete(under));
      this.#under.add(under);
    }
  }

  async #break(name: FaultName): Promise<void> {
    const { cell, random } = this;
    switch (name) {
      case 'kill replica':
        return this.#kill(1);
      case 'kill two replicas':
        return this.#kill(2);
      case 'term replica':
        return random.pick(cell.replicas).kill('SIGTERM');
      case 'pause replica': {
        const replica = random.pick(cell.replicas);
        replica.pause();
        await sleep(PAUSE_MS);
        return replica.resume();
      }
      case 'kill postgres':
        this.kills++;
        return cell.postgres.kill(random.between(0, 500));
      case 'kill aws':
        this.kills++;
        return cell.aws.kill('SIGKILL');
      case 'cut database':
        cell.toPostgres.drop();
        await sleep(random.between(20, 400));
        return cell.toPostgres.heal();
      case 'cut bus':
        cell.toAws.drop();
        await sleep(random.between(20, 1_000));
        return cell.toAws.heal();
      case 'lose reply':
        return cell.toPostgres.resetAfterForwarding({ next: random.between(1, 3), when: (request) => isWrite(request) });
      case 'slow network':
        cell.toPostgres.delay(random.between(5, 40));
        await sleep(random.between(300, 1_500));
        return cell.toPostgres.heal();
      case 'black hole':
        cell.toPostgres.blackHole();
        await sleep(random.between(500, 2_500));
        return cell.toPostgres.heal();
      case 'poison':
        return this.#poison();
    }
  }

  async #kill(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const replica = this.random.pick(this.cell.replicas);
      if (replica.alive) this.kills++;
      replica.kill('SIGKILL');
    }
  }

  /** One account cannot be handled for a while, in the bank or at its mirror; then it can, and what was parked is redriven. */
  async #poison(): Promise<void> {
    const { random, cell } = this;
    const service = cell.services.get(random.chance(0.5) ? 'bank-service' : 'mirror-service');
    if (service === undefined) return;
    const { rows } = await service.database
      .query<{ id: string }>(
        service.name === 'bank-service'
          ? `SELECT id FROM accounts WHERE id ~ '-a[0-9]+$' ORDER BY recorded_at DESC LIMIT 3`
          : `SELECT account_id AS id FROM mirrored_accounts WHERE account_id ~ '-a[0-9]+$' LIMIT 3`,
      )
      .catch(() => ({ rows: [] }));
    if (rows.length === 0) return;
    const { id } = random.pick(rows);
    await quietly(service.database.query('INSERT INTO poisoned VALUES ($1) ON CONFLICT DO NOTHING', [id]));
    await sleep(random.between(1_000, 4_000));
    await quietly(service.database.query('DELETE FROM poisoned WHERE account_id = $1', [id]));
    await quietly(service.database.query(`UPDATE parked_keys SET state = 'redriving'`));
  }
}

/** A statement or commit that changes something: its lost reply leaves open whether it took effect. */
function isWrite(request: Buffer): boolean {
  return request.includes('COMMIT') || request.includes('users/') || request.includes('accounts/') || request.includes('INSERT');
}

function isFaultName(name: string, weights: ChaosOptions['weights']): name is FaultName {
  return Object.hasOwn(weights, name);
}

async function quietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
