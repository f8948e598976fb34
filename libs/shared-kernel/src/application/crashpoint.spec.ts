import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Passes the point `lamp.lit` three times in a process of its own and says each time that it got past it. */
function passThreeTimes(at: string | undefined): { signal: string | null; output: string } {
  const program = `
    const { armCrashpoint, crashpoint } = await import(${JSON.stringify(join(import.meta.dirname, 'crashpoint.ts'))});
    armCrashpoint(${JSON.stringify(at)});
    process.once('exit', () => process.stdout.write('exit handler '));
    for (const pass of [1, 2, 3]) { crashpoint('lamp.bought'); crashpoint('lamp.lit'); process.stdout.write(pass + ' '); }`;
  const { signal, stdout } = spawnSync(
    process.execPath,
    ['--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', program],
    { encoding: 'utf8', timeout: 20_000 },
  );
  return { signal, output: stdout.trim() };
}

test('a process that is not armed passes every point', () => {
  expect(passThreeTimes(undefined)).toEqual({ signal: null, output: '1 2 3 exit handler' });
});

test('an armed process dies at the pass it was armed for, and nothing of it runs after that', () => {
  expect(passThreeTimes('lamp.lit:1')).toEqual({ signal: 'SIGKILL', output: '' });
  expect(passThreeTimes('lamp.lit:3')).toEqual({ signal: 'SIGKILL', output: '1 2' });
});

test('another point, or a pass that is never reached, lets it live', () => {
  expect(passThreeTimes('lamp.broken:1')).toMatchObject({ signal: null });
  expect(passThreeTimes('lamp.lit:4')).toMatchObject({ signal: null });
});
