import { spawnSync } from 'node:child_process';

let available: boolean | undefined;

/**
 * Makes the kernel interrupt the program when the thread that spawned it ends, even by kill -9. Call it from the main thread.
 * Where setpriv is missing the program runs bare, and the next start stops what was left.
 */
export function endWithParent(file: string, args: readonly string[]): [file: string, args: readonly string[]] {
  available ??=
    process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'INT', '--', 'true'], { timeout: 10_000 }).status === 0;
  return available ? ['setpriv', ['--pdeathsig', 'INT', '--', file, ...args]] : [file, args];
}
