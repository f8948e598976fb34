import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { levelStore } from '../../src/level-store.ts';
import { QUEUE, testBus } from './test-bus.ts';

const CHILD = join(import.meta.dirname, 'crash.child.ts');

test.each([
  ['before-journal', 'SIGKILL', 0],
  ['after-journal', 'SIGKILL', 1],
  ['mid-delivery', 'SIGKILL', 1],
  ['', null, 0],
])('a process killed at "%s" (signal %s) leaves %i deliveries to its successor', async (point, signal, open) => {
  const folder = await mkdtemp(join(tmpdir(), 'event-bridge-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const child = spawn(process.execPath, ['--experimental-transform-types', '--no-warnings', CHILD, folder, point], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 20_000,
  });
  const [code, endedBy] = await once(child, 'exit');
  expect([code, endedBy]).toEqual([signal ? null : 0, signal]);
  const store = await levelStore(folder);
  const { bus, targets } = await testBus({ store });
  await bus.idle();
  await bus.close();
  await store.close();
  expect(targets.details(QUEUE)).toEqual(open ? [{ n: 1 }] : []);
});
