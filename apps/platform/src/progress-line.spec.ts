import { expect, test } from 'vitest';
import { progressLine } from './progress-line.ts';

function shown(isTerminal: boolean, env: NodeJS.ProcessEnv, of = 40): string[] {
  const written: string[] = [];
  let now = 0;
  const line = progressLine('rebuild it', { write: (text) => void written.push(text), isTerminal, env, now: () => now });
  for (let done = 1; done <= of; done++) {
    now += 50;
    line.show({ done, total: of, events: done * 1_000 });
  }
  line.end();
  return written;
}

test('on a terminal one line is written over, not for every step, and ends full', () => {
  const written = shown(true, {});
  expect(written.slice(0, -1).every((text) => text.startsWith('\r') && text.endsWith('\u001B[K'))).toBe(true);
  expect(written.at(-1)).toBe('\n');
  expect(written.length).toBeLessThan(25);
  expect(written.at(-2)).toContain('████████████████████ 100% 40/40 streams, 40 000 events, 20 000 ev/s, ETA 0s');
});

test.each([
  [false, {}],
  [true, { CI: 'true' }],
  [true, { NO_COLOR: '1' }],
])('terminal %s with %o: a plain line per tenth', (isTerminal, env) => {
  const written = shown(isTerminal, env);
  expect(written).toHaveLength(11);
  expect(written.join('')).not.toContain('\r');
  expect(written[5]).toBe('rebuild it 50% 20/40 streams, 20 000 events, 20 000 ev/s, ETA 1s\n');
});

test('nothing to do is done', () => {
  const written: string[] = [];
  progressLine('rebuild it', { write: (text) => void written.push(text), isTerminal: false, env: {} }).show({
    done: 0,
    total: 0,
    events: 0,
  });
  expect(written.join('')).toContain('100% 0/0 streams');
});
