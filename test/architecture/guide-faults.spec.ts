import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { catalogueSource, contracts, defineEvent, eventsCatalogue } from '@edtech/contracts';
import type { EventContract } from '@edtech/contracts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { noConsole } from './code-rules.ts';
import type { CodeRule } from './code-rules.ts';
import * as faults from './guide-faults.ts';
import { isService, readProductionSources, readSources, repository } from './source-tree.ts';
import { withoutComments } from './source-text.ts';

const sources = readProductionSources();
const SERVICE = 'apps/user-service/src';

/** The rule finds each planted text at `path`, leaves the sound one alone, and finds nothing in the tree. */
function holds(rule: CodeRule, path: string, sound: string, planted: readonly string[]): void {
  expect(rule({ path, text: sound })).toEqual([]);
  for (const text of planted) expect(rule({ path, text }), text).toHaveLength(1);
  expect(sources.flatMap(rule)).toEqual([]);
}

describe('G2 domain code is typed', () => {
  test('the compiler is strict in every project', async () => {
    const base = JSON.parse(await readFile(join(repository, 'tsconfig.base.json'), 'utf8'));
    expect(base.compilerOptions).toMatchObject({
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
    });
    const projects = readSources('{libs,apps}/*/tsconfig*.json', 'test/tsconfig.json', 'bench/tsconfig.json');
    expect(projects.length).toBeGreaterThan(8);
    for (const { path, text } of projects) {
      const { extends: extended, compilerOptions = {} } = JSON.parse(text);
      expect(extended, path).toMatch(/tsconfig\.base\.json$/);
      for (const option of Object.keys(compilerOptions))
        expect(option, path).not.toMatch(/^(strict|no(Implicit|Unchecked)|exact)/);
    }
  });

  test('the linter refuses any', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'any-'));
    const lint = async (text: string): Promise<string> => {
      const file = join(folder, 'user.entity.ts');
      await writeFile(file, text);
      const arguments_ = [join(repository, 'node_modules/oxlint/bin/oxlint'), '-c', join(repository, '.oxlintrc.json'), file];
      return promisify(execFile)(process.execPath, arguments_, { cwd: folder, timeout: 20_000 }).then(
        () => 'passed',
        (refused: { stdout: string }) => refused.stdout,
      );
    };
    try {
      expect(await lint('export const payload: unknown = {};\n')).toBe('passed');
      expect(await lint('export const payload: any = {};\n')).toMatch(/no-explicit-any/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('G3 domain and application know no HTTP', () => {
  holds(
    faults.innerLayersKnowNoHttp,
    `${SERVICE}/application/use-cases/get-user.usecase.ts`,
    "import { Injectable } from '@nestjs/common';",
    [
      "import { Injectable, NotFoundException } from '@nestjs/common';",
      "import { HttpStatus } from '@nestjs/common';",
      "import type {\n  ConflictException,\n} from '@nestjs/common';",
    ],
  );
});

test('G7 a use case saves and never publishes', () => {
  holds(
    faults.useCaseNeverPublishes,
    `${SERVICE}/application/use-cases/create-user.usecase.ts`,
    'await this.users.save(user); // user.commit()',
    [
      'user.commit();',
      'constructor(private readonly bus: EventBus) {}',
      'await this.eventBridge.publishEvent(event satisfies EventBridgeService);',
    ],
  );
});

describe('G16 there is one format of events', () => {
  test('the base event is defined once, and a service builds no envelope', () => {
    expect(sources.flatMap(faults.baseEventDefinitions)).toEqual([
      'libs/shared-kernel/src/domain/base-domain.event.ts: defines the base event: class BaseDomainEvent',
    ]);
    const path = `${SERVICE}/infrastructure/event-bridge/event-bridge.service.ts`;
    holds(faults.serviceBuildsNoEnvelope, path, "export { EventBridgeService } from '@edtech/shared-kernel';", [
      'const entry = { DetailType: event.eventName };',
      'const detail = { eventId: e.id, occurredAt: e.at, aggregateId: e.about, payload: e.payload };',
      'interface Envelope { eventId: string; occurredAt?: string; aggregateId: string; payload: object }',
    ]);
  });

  test('the kernel and the contracts describe the same envelope', () => {
    const fields = (path: string): string[] => {
      const [file] = readSources(path);
      const body = /\benvelope = z\.object\(\{([\s\S]*?)\n\}\);/.exec(withoutComments(file?.text ?? ''))?.[1] ?? '';
      return [...body.matchAll(/^ {2}(\w+):/gm)].map(([, name = '']) => name).toSorted();
    };
    const kernel = fields('libs/shared-kernel/src/infrastructure/event-bridge/envelope.ts');
    expect(kernel).toEqual(expect.arrayContaining(['eventId', 'payload', 'actor', 'streamVersion']));
    expect(fields('libs/contracts/src/envelope.ts')).toEqual(kernel);
  });

  test('every event of a service has a contract whose producer is that service', async () => {
    const files = sources.filter((file) => isService(file) && /\/domain\/events\/.*\.event\.ts$/.test(file.path));
    const declared: string[] = [];
    const producers: string[] = [];
    for (const { path } of files) {
      const exported: Record<string, unknown> = await import(pathToFileURL(join(repository, path)).href);
      for (const event of Object.values(exported)) {
        if (typeof event !== 'function' || !('EVENT_NAME' in event) || event.EVENT_NAME === undefined) continue;
        declared.push(`${path.split('/')[1]}: ${String(event.EVENT_NAME)}`);
        producers.push(`${contracts.find(({ name }) => name === event.EVENT_NAME)?.producer}: ${String(event.EVENT_NAME)}`);
      }
    }
    expect(declared.length).toBeGreaterThan(10);
    expect(producers).toEqual(declared);
  });
});

test('G19 nothing is written to the console', () => {
  const scope = sources.filter((file) => isService(file) || file.path.startsWith('libs/'));
  expect(noConsole({ path: `${SERVICE}/x.ts`, text: 'console.log(user.email);' })).toHaveLength(1);
  expect(scope.length).toBeGreaterThan(100);
  expect(scope.flatMap(noConsole)).toEqual([]);
});

describe('G23 adapters are configured from outside', () => {
  test('the environment is read in one place', () => {
    const planted = ["const bus = process.env['EVENT_BUS_NAME'];"];
    expect(faults.environmentIsReadInOnePlace({ path: `${SERVICE}/config.ts`, text: planted[0] ?? '' })).toEqual([]);
    holds(faults.environmentIsReadInOnePlace, `${SERVICE}/infrastructure/x.ts`, '// process.env is read in config.ts', planted);
  });

  test('nothing behaves differently on the embedded default', () => {
    holds(faults.noLocalMode, `${SERVICE}/infrastructure/x.ts`, "const zone = 'local'; if (localTime > 0) f();", [
      'if (local) start();',
      'if (!isLocal()) connect();',
      "new SQSClient({ endpoint: env['AWS_ENDPOINT_URL'] });",
    ]);
  });
});

describe('G52 adding a version changes no rule', () => {
  const v1 = z.strictObject({ userId: z.guid() });
  const moved = { name: 'user.moved', producer: 'user-service', aggregateType: 'User', personal: [] };
  const first = defineEvent({ ...moved, versions: { 1: v1 }, about: ({ userId }) => userId });
  const second = defineEvent({
    ...moved,
    versions: { 1: v1, 2: v1.extend({ floor: z.int() }) },
    upcast: { 1: (payload) => ({ ...payload, floor: 0 }) },
    about: ({ userId }) => userId,
  });
  const rulesOf = (event: EventContract) =>
    eventsCatalogue({ contracts: [event], subscriptions: { 'tutor-service': [{ event }] }, noSubscriber: [] }).rules;

  test('in the catalogue', () => {
    expect(second.schemaVersion).toBe(first.schemaVersion + 1);
    expect(rulesOf(first)).toHaveLength(1);
    expect(rulesOf(second)).toEqual(rulesOf(first));
  });

  test('because patterns name events without a version', () => {
    const detailTypes = eventsCatalogue(catalogueSource).rules.flatMap(({ pattern }) => pattern['detail-type']);
    const versioned = (name: string): boolean => /v\d+$/i.test(name);
    expect(versioned('user.created.v2')).toBe(true);
    expect(detailTypes.length).toBeGreaterThan(10);
    expect(detailTypes.filter(versioned)).toEqual([]);
  });
});

test('G53 no service sets correlation or causation', () => {
  holds(faults.idsComeFromTheContext, `${SERVICE}/application/x.ts`, '// correlationId comes from the context', [
    'record({ correlationId });',
    'const causationId = event.eventId;',
  ]);
});
