import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const infrastructure = fileURLToPath(new URL('../../infrastructure', import.meta.url));
const missing = whyNot();
const title = missing ? `terraform (skipped: ${missing})` : 'terraform';

function whyNot(): string | undefined {
  const answer = spawnSync('terraform', ['version', '-json'], { encoding: 'utf8', timeout: 20_000 });
  if (answer.status !== 0) return 'no terraform on the path';
  const [, major = '0', minor = '0'] = /"terraform_version":\s*"(\d+)\.(\d+)/.exec(answer.stdout) ?? [];
  return Number(major) > 1 || Number(minor) >= 6 ? undefined : `terraform ${major}.${minor} is older than 1.6`;
}

describe.skipIf(missing)(title, () => {
  // A copy, because terraform leaves files beside what it works on.
  let work = '';
  let routing = '';
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'edtech-terraform-'));
    routing = join(work, 'modules/event-routing');
    cpSync(infrastructure, work, { recursive: true });
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  const run = (folder: string, args: readonly string[], input = ''): { status: number | null; text: string } => {
    const { status, stdout, stderr } = spawnSync('terraform', args, {
      cwd: folder,
      input,
      encoding: 'utf8',
      timeout: 20_000,
      env: { PATH: process.env['PATH'], HOME: work, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0' },
    });
    return { status, text: status === 0 ? stdout : stdout + stderr };
  };
  const terraform = (folder: string, args: readonly string[], input = ''): string => {
    const { status, text } = run(folder, args, input);
    if (status !== 0) throw new Error(`terraform ${args.join(' ')} ended with ${status ?? 'a time-out of 20 s'}: ${text}`);
    return text;
  };

  test('every file is formatted, and an unformatted one is found', () => {
    expect(terraform(work, ['fmt', '-check', '-recursive'])).toBe('');
    const crooked = join(work, 'crooked');
    cpSync(routing, crooked, { recursive: true });
    writeFileSync(join(crooked, 'crooked.tf'), 'locals {\na=1\n}\n');
    expect(run(crooked, ['fmt', '-check'])).toMatchObject({ status: 3, text: 'crooked.tf\n' });
  });

  test('the routing module is valid and its own tests pass without a provider', () => {
    terraform(routing, ['init', '-backend=false']);
    expect(JSON.parse(terraform(routing, ['validate', '-json']))).toMatchObject({ valid: true, diagnostics: [] });
    expect(terraform(routing, ['test', '-no-color'])).toContain('2 passed, 0 failed');
  });

  test('a broken catalogue turns its tests red', () => {
    const planted = join(work, 'planted/modules/event-routing');
    cpSync(routing, planted, { recursive: true });
    cpSync(join(planted, 'tests/broken-catalogue.json'), join(work, 'planted/events/events.json'));
    expect(run(planted, ['test', '-no-color'])).toMatchObject({ status: 1, text: expect.stringContaining('share a name') });
  });

  test('terraform sees the rules, queues and patterns of the catalogue', () => {
    const catalogue: { rules: { name: string; pattern: object }[]; queues: { name: string }[] } = JSON.parse(
      readFileSync(join(infrastructure, 'events/events.json'), 'utf8'),
    );
    const evaluate = (expression: string): unknown => {
      const answer = terraform(
        routing,
        ['console', '-var', 'catalogue_file=../../events/events.json'],
        `jsonencode(${expression})\n`,
      );
      return JSON.parse(JSON.parse(answer));
    };
    expect(evaluate('local.rules')).toEqual(Object.fromEntries(catalogue.rules.map((rule) => [rule.name, rule])));
    expect(evaluate('local.queues')).toEqual(Object.fromEntries(catalogue.queues.map((queue) => [queue.name, queue])));
    const patterns = evaluate('{ for name, rule in local.rules : name => jsonencode(rule.pattern) }');
    const parsed = Object.entries(Object(patterns)).map(([name, text]) => [name, JSON.parse(String(text))]);
    expect(Object.fromEntries(parsed)).toEqual(Object.fromEntries(catalogue.rules.map(({ name, pattern }) => [name, pattern])));
  });
});
