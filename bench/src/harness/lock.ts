import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FILE = join(tmpdir(), 'edtech-bench.lock');

/** Two benchmarks on one machine measure each other. Throws AnotherBenchmarkRuns; the answer gives the lock up. */
export function lockMachine(): () => void {
  try {
    writeFileSync(FILE, String(process.pid), { flag: 'wx' });
  } catch (error) {
    const holder = holderOfLock();
    if (isAlive(holder)) throw new AnotherBenchmarkRuns(holder, { cause: error });
    rmSync(FILE, { force: true });
    writeFileSync(FILE, String(process.pid), { flag: 'wx' });
  }
  const unlock = (): void => rmSync(FILE, { force: true });
  process.once('exit', unlock);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  return unlock;
}

function holderOfLock(): number {
  try {
    return Number.parseInt(readFileSync(FILE, 'utf8'), 10);
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export class AnotherBenchmarkRuns extends Error {
  readonly code = 'ANOTHER_BENCHMARK_RUNS';

  constructor(
    readonly pid: number,
    options?: ErrorOptions,
  ) {
    super(`process ${pid} is measuring on this machine; wait for it, or remove ${FILE} if it is no benchmark`, options);
    this.name = 'AnotherBenchmarkRuns';
  }
}
