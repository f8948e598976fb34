import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { dataFolder } from './data-folder.ts';
import { codeOf } from './error-code.ts';
import { readNumber } from './number-file.ts';
import { PostgresDataInUse, PostgresStopFailed } from './postgres.errors.ts';
import { waitFor } from './wait.ts';

const run = promisify(execFile);

/**
 * Stops the server that an ended supervisor left on this data, and returns once it is gone. Touches no process that is not the
 * server of exactly this data. Throws PostgresDataInUse when its supervisor is alive. Safe to repeat.
 */
export async function stopLeftoverPostgres(dataDir: string): Promise<void> {
  const { cluster, supervisorFile, serverPidFile } = dataFolder(await realpath(dataDir).catch(() => dataDir));
  const pid = await readNumber(serverPidFile);
  if (pid === undefined) return;
  const ours = await isServerOf(cluster, pid);
  if (ours === 'other') {
    // After a crash its number can belong to another program, and PostgreSQL would refuse to start for ever.
    await rm(serverPidFile, { force: true });
    return;
  }
  if (ours === 'unknown') return;
  const supervisor = await readNumber(supervisorFile);
  if (supervisor !== undefined) {
    // A server killed a moment ago still looks alive.
    await waitFor(
      async () => ((await parentOf(pid)) === supervisor && (await isServerOf(cluster, pid)) === 'ours' ? undefined : true),
      500,
      () => new PostgresDataInUse(dataDir, supervisor),
    );
  }
  if ((await isServerOf(cluster, pid)) !== 'ours' || !signal(pid, 'SIGINT')) return;
  await waitFor(
    async () => ((await isServerOf(cluster, pid)) === 'ours' ? undefined : true),
    30_000,
    () => new PostgresStopFailed(pid, ''),
  );
}

/** 'other' only when the number certainly does not belong to a server of this cluster. */
async function isServerOf(cluster: string, pid: number): Promise<'ours' | 'other' | 'unknown'> {
  if (!signal(pid, 0)) return 'other';
  if (process.platform === 'linux') {
    try {
      // The server's working directory is its data directory.
      return (await readlink(`/proc/${pid}/cwd`)) === cluster ? 'ours' : 'other';
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? 'other' : 'unknown';
    }
  }
  const command = await ps('command', pid);
  if (command === undefined) return 'unknown';
  return command.includes('postgres') && command.includes(cluster) ? 'ours' : 'other';
}

async function parentOf(pid: number): Promise<number | undefined> {
  const text =
    process.platform === 'linux'
      ? /^PPid:\s*(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1]
      : await ps('ppid', pid);
  return text === undefined ? undefined : Number(text);
}

async function ps(column: string, pid: number): Promise<string | undefined> {
  return run('ps', ['-o', `${column}=`, '-p', String(pid)], { timeout: 5_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

/** False when the process does not exist. One that belongs to another user exists. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
