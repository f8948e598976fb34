import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HistoryFile, InMemoryHistory, readHistory, type Operation } from './history.ts';
import { ProcessUnderTest } from './process-under-test.ts';

let folder: string;
let files = 0;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'history-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));
const freshFile = (): string => join(folder, `${files++}.ndjson`);
const request = { client: 'c', op: 'append', key: 'k' };

describe('History', () => {
  test('keeps what was asked and answered, in the order of the invocations', () => {
    const history = new InMemoryHistory();
    const first = history.invoke({ ...request, value: 'a', expected: 3 });
    const second = history.invoke({ ...request, op: 'read' });
    const third = history.invoke({ ...request, value: 'c' });
    const fourth = history.invoke({ ...request, value: 'd' });
    history.invoke({ ...request, value: 'e' });
    third.fail('409');
    second.ok(['a']);
    first.ok();
    fourth.info('ECONNRESET');
    expect(history.operations).toMatchObject([
      { ...request, value: 'a', expected: 3, outcome: 'ok' },
      { ...request, op: 'read', outcome: 'ok', result: ['a'] },
      { ...request, value: 'c', outcome: 'fail', result: '409' },
      { ...request, value: 'd', outcome: 'info', result: 'ECONNRESET' },
      { ...request, value: 'e', outcome: 'info' },
    ]);
    const [one, two, , , last] = history.operations;
    expect(last?.returnedAt).toBeUndefined();
    expect(one?.returnedAt).toBeGreaterThanOrEqual(two?.returnedAt ?? Infinity);
    expect(two?.invokedAt).toBeGreaterThanOrEqual(one?.invokedAt ?? Infinity);
  });

  test('an observation is one line, once it has returned', async () => {
    const file = freshFile();
    const history = new HistoryFile(file);
    const seen = history.observe({ ...request, op: 'read' });
    history.observe({ ...request, op: 'read', key: 'never answered' });
    history.invoke({ ...request, value: 'a' }).ok();
    seen(['a']);
    history.close();
    const [read, append, ...others] = await readHistory([file]);
    expect(read).toMatchObject({ ...request, op: 'read', outcome: 'ok', result: ['a'] });
    expect(append).toMatchObject({ op: 'append', value: 'a' });
    expect(others).toEqual([]);
    expect(read?.returnedAt).toBeGreaterThanOrEqual(append?.returnedAt ?? Infinity);
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(3);
  });

  test('an operation returns once', () => {
    const history = new InMemoryHistory();
    const invoked = history.invoke(request);
    invoked.ok();
    expect(history.operations).toHaveLength(1);
    invoked.fail();
    expect(() => history.operations).toThrow(/returned twice/);
  });

  test('a file has a line as soon as the call is back, and a second writer goes on with it', async () => {
    const file = freshFile();
    const history = new HistoryFile(file);
    const invoked = history.invoke({ ...request, value: 'a' });
    expect(await readHistory([file])).toMatchObject([{ value: 'a', outcome: 'info' }]);
    invoked.ok(1);
    expect(await readHistory([file])).toMatchObject([{ value: 'a', outcome: 'ok', result: 1 }]);
    history.close();
    const next = new HistoryFile(file);
    next.invoke({ ...request, value: 'b' }).ok();
    next.close();
    expect(await readHistory([file])).toMatchObject([{ value: 'a' }, { value: 'b', outcome: 'ok' }]);
  });

  test('half a line says nothing, and spoils no line of the next writer', async () => {
    const whole = freshFile();
    const history = new HistoryFile(whole);
    history.invoke({ ...request, value: 'a' }).ok();
    history.close();
    const { length } = await readFile(whole);
    for (let kept = 0; kept < length; kept++) {
      const file = freshFile();
      await writeFile(file, await readFile(whole));
      await truncate(file, kept);
      const next = new HistoryFile(file);
      next.invoke({ ...request, value: 'b' }).ok();
      next.close();
      const operations = await readHistory([file]);
      const survivors = operations.filter(({ value }) => value === 'a');
      expect(operations.at(-1)).toMatchObject({ value: 'b', outcome: 'ok' });
      expect(survivors.length).toBeLessThanOrEqual(1);
      for (const { outcome } of survivors) expect(outcome).toBe(kept === length - 1 ? 'ok' : 'info');
    }
  });

  test('a return whose invocation is missing is no history', async () => {
    const file = freshFile();
    await appendFile(file, '{"id":"w/1","return":"ok","at":1}\n');
    await expect(readHistory([file])).rejects.toThrow(/without its invocation/);
  });

  test('of processes that are killed nothing is missing, and their times can be compared', async () => {
    const module = join(import.meta.dirname, '../../../test/faults/history-writer.process.ts');
    const execArgv = ['--experimental-transform-types', '--no-warnings'];
    const paths = [freshFile(), freshFile()];
    const before = process.hrtime.bigint() / 1_000n;
    const writers = await Promise.all(
      paths.map((path, index) => ProcessUnderTest.start({ name: `w${index}`, module, args: [path, `w${index}`], execArgv })),
    );
    for (const writer of writers) {
      await writer.untilReady(async () => writer.lastWords.split('\n').length > 100, 20_000);
      writer.kill();
      await writer.exited;
    }
    const after = process.hrtime.bigint() / 1_000n;

    const operations = await readHistory(paths);
    const outcomes = new Map(operations.map(({ value, outcome }) => [value, outcome]));
    const said = writers.flatMap(({ lastWords }) => lastWords.split('\n').map((line) => line.split(' ')));
    expect(said.length).toBeGreaterThan(200);
    for (const [word, value] of said) {
      expect(outcomes.has(value)).toBe(true);
      if (word === 'returned') expect(outcomes.get(value)).toBe('ok');
    }
    const times = operations.map(({ invokedAt }) => invokedAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(Number(before));
    expect(times.at(-1)).toBeLessThanOrEqual(Number(after));
    expect(new Set(operations.map(({ client }: Operation) => client))).toEqual(new Set(['w0', 'w1']));
    for (const client of ['w0', 'w1'])
      expect(operations.filter((one) => one.client === client && one.outcome === 'info').length).toBeLessThanOrEqual(1);
  });
});
