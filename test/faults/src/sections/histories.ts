import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelMigrations, migrate } from '@edtech/shared-kernel';
import {
  checkListAppend,
  FaultProxy,
  HistoryFile,
  readHistory,
  type Operation,
  type SeededRandom,
} from '@edtech/shared-kernel/testing';
import pg from 'pg';
import { bankService } from '../bank/bank.module.ts';
import { bundled } from '../cell/bundle.ts';
import { postgresOfThisRun, type DurablePostgres } from '../cell/durable-postgres.ts';
import type { SectionReport } from '../report.ts';

export interface HistoriesOptions {
  readonly random: SeededRandom;
  readonly histories: number;
  readonly operations: number;
  readonly log: (line: string) => void;
}

/**
 * List-append histories through the kernel's unit of work: concurrent clients, replies lost after the server has worked, connections cut, the
 * clients' process and now and then PostgreSQL killed. Every list has to be explainable by one order (linearizability).
 */
export async function histories({ random, histories: count, operations, log }: HistoriesOptions): Promise<SectionReport> {
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'edtech-histories-'));
  const postgres = await postgresOfThisRun();
  const proxy = await FaultProxy.start({ target: { host: '127.0.0.1', port: postgres.port } });
  try {
    const url = await postgres.database('histories');
    await migrate(url, [kernelMigrations, ...bankService.migrations]);
    const file = join(folder, 'history.ndjson');
    const chaos = new ClientChaos(random.fork('chaos'), proxy, postgres);
    const killed = await chaos.around({ url: proxy.through(url), readUrl: url, file, seed: random.seed, count, operations });
    await proxy.heal();
    await postgres.settled();
    await readAll(url, file);
    const all = await readHistory([file]);
    const anomalies = checkListAppend(all);
    const failures = anomalies.map(({ kind, key, detail }) => `${kind} ${key}: ${detail}`);
    log(`${all.length} operations judged`);
    return {
      name: 'histories',
      passed: failures.length === 0,
      seconds: (performance.now() - startedAt) / 1_000,
      figures: {
        histories: count,
        operations: all.length,
        appended: outcomes(all, 'append', 'ok'),
        'lost races': outcomes(all, 'append', 'fail'),
        'unknown outcomes': all.filter(({ outcome }) => outcome === 'info').length,
        'clients killed': killed,
        'replies lost': proxy.resets,
        anomalies: anomalies.length,
      },
      failures,
      repeat: `npm run faults -- histories --seed ${random.seed}`,
    };
  } finally {
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Clients {
  readonly url: string;
  /** Around the proxy: a read without its reply tells nothing. */
  readonly readUrl: string;
  readonly file: string;
  readonly seed: number;
  readonly count: number;
  readonly operations: number;
}

class ClientChaos {
  constructor(
    private readonly random: SeededRandom,
    private readonly proxy: FaultProxy,
    private readonly postgres: DurablePostgres,
  ) {}

  /** Runs the clients until every history is written, starting them again where they were; answers how often they were killed. */
  async around({ url, readUrl, file, seed, count, operations }: Clients): Promise<number> {
    const program = await bundled('sections/histories.process');
    let killed = 0;
    for (let number = 0; number < count;) {
      const child = fork(program, [url, readUrl, file, String(seed), String(number), String(count), String(operations)], {
        env: { PATH: process.env['PATH'] },
      });
      child.on('message', (message) => {
        if (typeof message === 'object' && message !== null && 'number' in message) number = Number(message.number);
      });
      const ended = once(child, 'exit');
      const faults = this.#break(child);
      const [code, signal] = await ended;
      faults.abort();
      if (signal === 'SIGKILL') killed++;
      else if (code !== 0) throw new Error(`the clients ended with ${code}`);
    }
    return killed;
  }

  /** Breaks something every now and then while this child lives; in the end, the child. */
  #break(child: { kill(signal: 'SIGKILL'): boolean }): AbortController {
    const ended = new AbortController();
    const { random, proxy, postgres } = this;
    const next = (): void => {
      if (ended.signal.aborted) return;
      const drawn = random.next();
      if (drawn < 0.6) proxy.resetAfterForwarding({ next: random.between(1, 3) });
      else if (drawn < 0.75) {
        proxy.drop();
        setTimeout(() => void proxy.heal(), random.between(5, 60));
      } else if (drawn < 0.78) postgres.kill().catch(() => undefined);
      else if (drawn < 0.83) child.kill('SIGKILL');
      setTimeout(next, random.between(200, 1_000));
    };
    setTimeout(next, 500);
    return ended;
  }
}

/** The last read of every list, around the proxy. */
async function readAll(url: string, file: string): Promise<void> {
  const operations = await readHistory([file]);
  const lists = new pg.Client({ connectionString: url });
  await lists.connect();
  const history = new HistoryFile(file);
  for (const key of new Set(operations.map((operation) => operation.key))) {
    const done = history.invoke({ client: 'judge', op: 'read', key });
    const { rows } = await lists.query<{ debits: string[] }>('SELECT debits FROM accounts WHERE id = $1', [key]);
    done.ok(rows[0]?.debits ?? []);
  }
  history.close();
  await lists.end();
}

function outcomes(all: readonly Operation[], op: string, outcome: Operation['outcome']): number {
  return all.filter((operation) => operation.op === op && operation.outcome === outcome).length;
}
