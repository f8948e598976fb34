import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contracts, eventsCatalogueSchema, findContract } from '@edtech/contracts';
import type { EventsCatalogue } from '@edtech/contracts';
import { EventFields } from '../../libs/local-aws/src/event-bridge/event-fields.ts';
import { compileEventPattern } from '../../libs/local-aws/src/event-bridge/event-pattern.ts';

const root = new URL('../../', import.meta.url);
const readJson = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), 'utf8'));
const catalogue = eventsCatalogueSchema.parse(readJson('infrastructure/events/events.json'));

/** The sample of every released version, as the bus would carry it. */
const samples = readdirSync(new URL('libs/contracts/fixtures', root)).flatMap((file) => {
  const [, name, version] = /^(.+)\.v(\d+)\.json$/.exec(file) ?? [];
  if (!name) return [];
  const { producer } = findContract(name).contract;
  const detail = { schemaVersion: Number(version), payload: readJson(`libs/contracts/fixtures/${file}`) };
  return [{ source: producer, 'detail-type': name, account: '000000000000', detail }];
});

function unreached(rules: EventsCatalogue['rules']): string[] {
  return rules
    .filter(({ pattern }) => {
      const compiled = compileEventPattern(JSON.stringify(pattern));
      return !samples.some((sample) => compiled.matches(new EventFields(sample)));
    })
    .map(({ name }) => name);
}

function forgotten({ rules, noSubscriber }: Pick<EventsCatalogue, 'rules' | 'noSubscriber'>): string[] {
  const delivered = new Set(rules.flatMap(({ pattern }) => pattern['detail-type']));
  return contracts
    .filter(({ scope, name }) => scope === 'integration' && !delivered.has(name) && !noSubscriber.includes(name))
    .map(({ name }) => name);
}

describe('the committed catalogue', () => {
  test('G24 every published event has a rule or is known to interest nobody', () => {
    expect(contracts.length).toBeGreaterThan(40);
    expect(forgotten(catalogue)).toEqual([]);
  });

  test('every rule matches a sample of its event', () => {
    expect(catalogue.rules.length).toBeGreaterThan(20);
    expect(unreached(catalogue.rules)).toEqual([]);
  });

  test('an event whose rule is lost is found', () => {
    const rules = catalogue.rules.filter(({ name }) => name !== 'user-activated-to-tutor-service');
    expect(forgotten({ ...catalogue, rules })).toEqual(['user.activated']);
  });

  test.each([
    ['a type nobody publishes', { source: ['user-service'], 'detail-type': ['user.role_change'] }],
    ['another source', { source: ['tutor-service'], 'detail-type': ['user.created'] }],
    [
      'a filter on a field the payload lacks',
      { source: ['user-service'], 'detail-type': ['user.created'], detail: { payload: { rol: ['tutor'] } } },
    ],
  ])('a rule for %s is found', (_what, pattern) => {
    const [first] = catalogue.rules;
    if (!first) throw new Error('the catalogue has no rule');
    expect(unreached([first, { ...first, name: 'planted', pattern }])).toEqual(['planted']);
  });
});
