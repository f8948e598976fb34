import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ProcessNotReady, ProcessUnderTest } from './process-under-test.ts';

const programs = join(import.meta.dirname, '../../../test/faults');
const module = join(programs, 'mortal.process.ts');
const never = async (): Promise<boolean> => false;
const processes: ProcessUnderTest[] = [];
let folder: string;
let files = 0;

beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'process-under-test-'))));
afterEach(() => processes.splice(0).forEach((process) => process.kill()));
afterAll(() => rm(folder, { recursive: true, force: true }));

const freshFile = (): string => join(folder, `life-${files++}`);

async function start(how: string, file = freshFile(), env?: Record<string, string>): Promise<ProcessUnderTest> {
  const started = await ProcessUnderTest.start({ name: how, module, args: [how, file], ...(env && { env }) });
  processes.push(started);
  return started;
}

async function alive(how: string): Promise<{ process: ProcessUnderTest; bytes: () => Promise<number> }> {
  const file = freshFile();
  const process = await start(how, file);
  await process.untilReady(async () => existsSync(file), 10_000);
  return { process, bytes: async () => (await stat(file)).size };
}

async function writesOn(bytes: () => Promise<number>): Promise<boolean> {
  const before = await bytes();
  await sleep(150);
  return (await bytes()) > before;
}

describe('ProcessUnderTest', () => {
  test('is ready when the probe says so, and a probe that throws says no', async () => {
    const file = freshFile();
    const process = await start('lives', file);
    await process.untilReady(async () => (await readFile(file)).length > 0, 10_000);
    expect(await writesOn(async () => (await stat(file)).size)).toBe(true);
  });

  test('a process that ends before it is ready is reported at once, with its last words', async () => {
    const failed = await (await start('fails')).untilReady(never, 60_000).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ProcessNotReady);
    expect(failed).toMatchObject({ reason: 'ended (exit code 1)', lastWords: expect.stringContaining('there is no lamp') });
    await expect((await start('ends')).untilReady(() => new Promise(() => undefined), 60_000)).rejects.toThrow(
      /ended \(exit code 7\)/,
    );
  });

  test('a process that is not ready in time is reported and goes on', async () => {
    const { process, bytes } = await alive('lives');
    await expect(process.untilReady(never, 50)).rejects.toThrow(/lives was not ready within 50 ms/);
    expect(await writesOn(bytes)).toBe(true);
  });

  test('is killed by SIGKILL unless another signal is named; a second kill changes nothing', async () => {
    const { process } = await alive('stubborn');
    process.kill();
    expect(await process.exited).toEqual({ code: null, signal: 'SIGKILL' });
    process.kill();
    const other = (await alive('lives')).process;
    other.kill('SIGINT');
    expect(await other.exited).toEqual({ code: null, signal: 'SIGINT' });
  });

  test('stop asks by SIGTERM, and takes a process that does not listen away when the limit is over', async () => {
    const { process } = await alive('polite');
    expect(await process.stop()).toEqual({ code: 0, signal: null });
    expect(await process.stop()).toEqual({ code: 0, signal: null });
    expect(await (await alive('stubborn')).process.stop(50)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('stops while it is paused and resumes where it was', async () => {
    const { process, bytes } = await alive('polite');
    expect(await writesOn(bytes)).toBe(true);
    process.pause();
    await sleep(50);
    expect(await writesOn(bytes)).toBe(false);
    process.resume();
    await expect.poll(() => writesOn(bytes), { timeout: 10_000 }).toBe(true);
    process.pause();
    expect(await process.stop()).toEqual({ code: 0, signal: null });
  });

  test('keeps the last 200 lines of its output', async () => {
    const { process } = await alive('talks');
    await expect.poll(() => process.lastWords, { timeout: 10_000 }).toMatch(/line 1000$/);
    expect(process.lastWords.split('\n')).toHaveLength(200);
    expect(process.lastWords).toMatch(/^line 801\n/);
  });

  test('keeps a message for a program that does not listen yet', async () => {
    const process = await start('listens late');
    process.send({ crashAt: 'somewhere' });
    expect(await process.exited).toMatchObject({ code: 9 });
  });

  test('a program that is done ends by itself', async () => {
    expect(await (await start('idle')).exited).toEqual({ code: 0, signal: null });
  });

  test('runs with the environment it is given and nothing else, not even a search path', async () => {
    const process = await start('tells', freshFile(), { LAMP: 'lit' });
    expect(await process.exited).toEqual({ code: 0, signal: null });
    expect(JSON.parse(process.lastWords)).toEqual({ LAMP: 'lit' });
  });

  test('where there is no such folder to run in, nothing starts', async () => {
    await expect(ProcessUnderTest.start({ name: 'lost', module, cwd: join(folder, 'nowhere') })).rejects.toThrow(/ENOENT/);
  });
});

describe('no process is left behind when the one that started it is killed', () => {
  const withoutSetpriv = { PATH: '/nowhere' };
  const linux = process.platform === 'linux';

  test.for([
    { how: 'lives', state: 'running', env: {}, here: true },
    { how: 'lives', state: 'paused', env: {}, here: linux },
    { how: 'busy', state: 'running', env: {}, here: linux },
    { how: 'lives', state: 'running', env: withoutSetpriv, here: true },
  ])('$how, $state, $env', async ({ how, state, env, here }, { skip }) => {
    skip(!here, 'needs setpriv');
    const file = freshFile();
    const args = ['--experimental-transform-types', '--no-warnings', join(programs, 'parent.process.ts'), how, file, state];
    const parent = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = await once(parent.stdout.setEncoding('utf8'), 'data');
    const child = Number(pid);
    if (state === 'running') await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
    expect(isAlive(child)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await expect.poll(() => isAlive(child), { timeout: 10_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
