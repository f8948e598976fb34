import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { SupervisedChild, untilAnswers } from '../src/child-process.ts';
import { freePort } from '../src/free-port.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'libs', 'local-aws', 'src', 'main.ts');
const env = { ...process.env, NODE_OPTIONS: '--experimental-transform-types --conditions=source --no-warnings' };

let port: number;
let dataDir: string;
let health: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'supervised-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  port = await freePort();
  health = `http://127.0.0.1:${port}/_local/health`;
});

async function answers(): Promise<boolean> {
  return fetch(health, { signal: AbortSignal.timeout(1_000) }).then(
    () => true,
    () => false,
  );
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !(await holds());) {
    if (Date.now() > end) throw new Error(`not seen within 15 s: ${what}`);
    await delay(50);
  }
}

test('a child that was killed is started again, a child that was stopped is not', async () => {
  const told: string[] = [];
  const child = new SupervisedChild({
    name: 'local-aws',
    module: PROGRAM,
    args: ['--port', String(port), '--data-dir', dataDir],
    env,
    log: (line) => told.push(line),
  });
  onTestFinished(() => child.stop());
  await untilAnswers('local-aws', health, 20_000);
  const first = child.pid ?? 0;
  process.kill(first, 'SIGKILL');
  await until('a new process', () => child.pid !== first);
  await untilAnswers('local-aws', health, 20_000);

  const second = child.pid;
  await child.stop();
  await delay(1_000);
  expect(child.pid).toBe(second);
  expect(await answers()).toBe(false);
  expect(told).toEqual(['local-aws ended (SIGKILL); starting it again']);
});

test('a child ends with its parent, however the parent ends', async () => {
  const parent = spawn(process.execPath, [join(import.meta.dirname, 'supervising.parent.ts'), PROGRAM, String(port), dataDir], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 25_000,
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  let output = '';
  parent.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await until('the child is ready', () => /^child \d+$/m.test(output));
  expect(await answers()).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await until('the child has ended', async () => !(await answers()));
});
