import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { waitFor } from '../src/wait.ts';

/** A folder that others may enter, removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'local-postgres-spec-'));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Runs a fixture in a process of its own and gives the first line it prints, parsed. */
export async function runFixture(
  name: string,
  args: string[] = [],
  options: { uid?: number; gid?: number; env?: Record<string, string> } = {},
) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', name), ...args], {
    ...options,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let serverPid = 0;
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (serverPid > 0) await untilGone(serverPid);
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const line = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${errors}`)));
  });
  const output: unknown = JSON.parse(await line);
  if (typeof output !== 'object' || output === null) throw new Error(`${name} printed no object`);
  if ('pid' in output) serverPid = Number(output.pid);
  return { process: child, output: new Map<string, unknown>(Object.entries(output)) };
}

export async function untilGone(pid: number, timeoutMs = 10_000): Promise<void> {
  await waitFor(
    async () => ((await isAlive(pid)) ? undefined : true),
    timeoutMs,
    () => new Error(`process ${pid} is still alive after ${timeoutMs} ms`),
  );
}

/** A process that has ended but was not yet collected by its new parent is not alive. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !/^State:\s*Z/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));
}
