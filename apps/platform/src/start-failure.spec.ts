import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MailCatcher } from './mail-catcher.ts';
import { startFailure } from './start-failure.ts';
import { startOptions } from './start-options.ts';

test('a taken port is named with the variable that chooses another, and a fixed port as fixed', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void holder.close());
  await once(holder, 'listening');
  const address = holder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const folder = await mkdtemp(join(tmpdir(), 'failure-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const error: unknown = await MailCatcher.start(folder, port).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(startFailure(error, { SMTP_PORT: String(port) })).toBe(
    `port ${port} of 127.0.0.1 is taken by another program; stop it (a platform: Ctrl-C in its terminal) or choose another port with SMTP_PORT`,
  );
  expect(startFailure(error, {})).toMatch(/: this port is fixed$/);
});

test('a folder that cannot be made is named with what to do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'failure-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'file');
  await writeFile(file, '');
  const error: unknown = await mkdir(join(file, 'mail')).catch((cause: unknown) => cause);
  expect(startFailure(error)).toContain(`${join(file, 'mail')} cannot be used (ENOTDIR)`);
  expect(startFailure(error)).toContain('EDTECH_DATA');
});

test('replicas are one to eight, and an unknown option is named', () => {
  expect(startOptions([])).toEqual({ isolated: false, replicas: 1 });
  expect(startOptions(['--isolated', '--replicas', '8'])).toEqual({ isolated: true, replicas: 8 });
  for (const replicas of ['0', '9', 'two', '1.5']) {
    expect(() => startOptions(['--replicas', replicas])).toThrow(`--replicas ${replicas} is not possible`);
  }
  expect(() => startOptions(['--replica'])).toThrow(/--replica.*possible are --isolated/);
});
