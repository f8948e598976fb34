import { expect, test } from 'vitest';
import { GroupCommit } from './group-commit.ts';

/** Writes that end when the test says so. */
function gatedWrites() {
  const writes: Array<{ operations: number[]; end: () => void; fail: (error: Error) => void }> = [];
  const commits = new GroupCommit<number>((operations) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    writes.push({ operations, end: resolve, fail: reject });
    return promise;
  });
  const write = async (index: number) => {
    await expect.poll(() => writes[index]).toBeDefined();
    const found = writes[index];
    if (!found) throw new Error(`there is no write ${index}`);
    return found;
  };
  return { commits, writes, write };
}

test('what is submitted during a write becomes one next write, in order', async () => {
  const { commits, writes, write } = gatedWrites();
  const first = commits.submit([1]);
  const running = await write(0);
  const others = [commits.submit([2, 3]), commits.submit([4])];
  running.end();
  await first;
  (await write(1)).end();
  await Promise.all(others);
  expect(writes.map(({ operations }) => operations)).toEqual([[1], [2, 3, 4]]);
});

test('a caller resolves only when the write with his operations has ended', async () => {
  const { commits, write } = gatedWrites();
  let resolved = false;
  const submitted = commits.submit([1]).then(() => (resolved = true));
  const running = await write(0);
  expect(resolved).toBe(false);
  running.end();
  await submitted;
  expect(resolved).toBe(true);
});

test('a failed write fails its own callers and no later one', async () => {
  const { commits, write } = gatedWrites();
  const failed = [commits.submit([1]), commits.submit([2])].map((call) => expect(call).rejects.toThrow('disk full'));
  const running = await write(0);
  const later = commits.submit([3]);
  running.fail(new Error('disk full'));
  await Promise.all(failed);
  (await write(1)).end();
  await later;
});

test('what joined is written with the next submission, before it', async () => {
  const { commits, writes, write } = gatedWrites();
  commits.join([1]);
  expect(writes).toEqual([]);
  const submitted = commits.submit([2]);
  (await write(0)).end();
  await submitted;
  expect(writes.map(({ operations }) => operations)).toEqual([[1, 2]]);
});
