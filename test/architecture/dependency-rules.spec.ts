import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ICruiseResult } from 'dependency-cruiser';
import { describe, expect, test } from 'vitest';
import { repository } from './source-tree.ts';

const CONFIG = join(repository, '.dependency-cruiser.cjs');
const CRUISER = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

interface Rule {
  readonly name: string;
  readonly severity: string;
  readonly comment?: string;
}

const config: { readonly forbidden: readonly Rule[] } = createRequire(import.meta.url)(CONFIG);

/** The files of the planted tree that break a rule; the others use what the rules permit. */
const PLANTED: Readonly<Record<string, string>> = {
  'apps/alpha-service/src/alpha-service.module.ts': 'drivers-only-in-infrastructure',
  'apps/alpha-service/src/application/use-cases/place-order.usecase.ts': 'application-speaks-to-ports',
  'apps/alpha-service/src/constants.ts': 'constants-stand-alone',
  'apps/alpha-service/src/domain/entities/order.entity.ts': 'domain-is-pure',
  'apps/alpha-service/src/domain/events/order-paid.event.ts': 'domain-event-is-its-contract',
  'apps/alpha-service/src/domain/events/order-sent.event.ts': 'domain-event-takes-only-the-type',
  'apps/alpha-service/src/infrastructure/repositories/order-view-table.ts': 'infrastructure-serves-the-inner-layers',
  'apps/alpha-service/src/presentation/orders.controller.ts': 'presentation-returns-views',
  'apps/alpha-service/test/journey.ts': 'services-meet-in-contracts',
  'apps/beta-service/src/beta-service.module.ts': 'local-parts-only-on-the-platform',
  'apps/beta-service/src/domain/entities/debt.entity.ts': 'no-cycles',
  'apps/beta-service/src/infrastructure/debt-store.ts': 'testing-kit-only-in-tests',
  'apps/beta-service/src/main.ts': 'imports-resolve',
  'apps/platform/src/main.ts': 'platform-takes-services-whole',
  'libs/contracts/src/order.contract.ts': 'contracts-import-only-zod',
  'libs/local-aws/src/start-local.ts': 'libraries-know-no-app',
  'libs/shared-kernel/src/application/archive.ts': 'kernel-application-is-ports',
  'libs/shared-kernel/src/application/clock.ts': 'kernel-application-takes-only-types-of-nest',
  'libs/shared-kernel/src/domain/aggregate-root.ts': 'aggregate-root-extends-only-nest-cqrs',
  'libs/shared-kernel/src/domain/fact.ts': 'kernel-domain-is-pure',
  'libs/shared-kernel/src/infrastructure/envelope.ts': 'kernel-knows-no-contract',
  'test/scenario.ts': 'scenarios-take-services-whole',
};

/** Runs the same command as `npm run lint:architecture`, from `root`. */
async function cruise(root: string, folders: readonly string[]): Promise<ICruiseResult> {
  const arguments_ = [CRUISER, ...folders, '--config', CONFIG, '--output-type', 'json'];
  const { stdout } = await promisify(execFile)(process.execPath, arguments_, { cwd: root, maxBuffer: 2 ** 28, timeout: 60_000 });
  return JSON.parse(stdout);
}

describe('the planted tree', () => {
  const planted = join(repository, 'test/architecture/planted');

  test('breaks each rule once, and what the rules permit is not reported', async () => {
    const { summary } = await cruise(planted, ['libs', 'apps', 'test']);
    expect(Object.fromEntries(summary.violations.map(({ from, rule }) => [from, rule.name]))).toEqual(PLANTED);
    expect(summary.violations).toHaveLength(Object.keys(PLANTED).length);
    expect(Object.values(PLANTED).toSorted()).toEqual(config.forbidden.map(({ name }) => name).toSorted());
  });

  test('a cycle is found although only types go round', async () => {
    const { summary } = await cruise(planted, ['apps']);
    const cycle = summary.violations.find(({ rule }) => rule.name === 'no-cycles');
    expect(readFileSync(join(planted, cycle?.from ?? ''), 'utf8')).not.toMatch(/^import (?!type )/m);
  });
});

describe('the real tree', () => {
  test('breaks no rule', async () => {
    const { summary, modules } = await cruise(repository, ['libs', 'apps', 'test', 'bench']);
    const ours = modules.filter(({ source }) => /^(libs|apps)\//.test(source));
    expect(ours.length).toBeGreaterThan(100);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  }, 120_000);

  test('is seen with its installed libraries and its type-only imports', async () => {
    const { modules } = await cruise(repository, ['libs/shared-kernel/src/domain']);
    const root = modules.find(({ source }) => source.endsWith('/aggregate-root.ts'));
    const imports = root?.dependencies.map(({ module }) => module);
    expect(imports).toEqual(expect.arrayContaining(['@nestjs/cqrs', './base-domain.event.ts']));
  });
});

test('every rule is an error and says why', () => {
  expect(config.forbidden.length).toBeGreaterThan(10);
  for (const { name, severity, comment } of config.forbidden) {
    expect(severity, name).toBe('error');
    expect(comment?.length ?? 0, name).toBeGreaterThan(30);
  }
});
