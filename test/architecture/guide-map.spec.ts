import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tableRows } from './markdown.ts';
import { repository } from './source-tree.ts';

const USER = 'apps/user-service/src';
const TUTOR = 'apps/tutor-service/src';
const PAYMENT = 'apps/payment-service/src';
const MATCHING = 'apps/matching-service/src';

/** Files the guide shows or draws in its directory tree. */
const SHOWN = [
  `${USER}/domain/entities/user.entity.ts`,
  `${USER}/domain/events/base-domain.event.ts`,
  `${USER}/domain/events/user-created.event.ts`,
  `${USER}/domain/events/user-role-changed.event.ts`,
  `${USER}/domain/services/user-domain.service.ts`,
  `${USER}/application/use-cases/create-user.usecase.ts`,
  `${USER}/application/use-cases/update-user.usecase.ts`,
  `${USER}/application/use-cases/get-user.usecase.ts`,
  `${USER}/application/event-handlers/user-created.handler.ts`,
  `${USER}/application/event-handlers/user-role-changed.handler.ts`,
  `${USER}/application/interfaces/repository.interface.ts`,
  `${USER}/infrastructure/repositories/drizzle-user.repository.ts`,
  `${USER}/infrastructure/event-bridge/event-bridge.service.ts`,
  `${TUTOR}/infrastructure/event-consumers/user-events.consumer.ts`,
  `${TUTOR}/application/sagas/tutor-onboarding.saga.ts`,
  'libs/shared-kernel/src/infrastructure/event-store/event-store.service.ts',
  `${PAYMENT}/domain/aggregates/payment.aggregate.ts`,
  `${MATCHING}/application/projections/tutor-search.projection.ts`,
  'infrastructure/modules/shared/event-bridge/main.tf',
];

/** Files its samples import without showing them. */
const IMPORTED = [
  `${USER}/domain/value-objects/user-role.vo.ts`,
  `${USER}/application/dto/create-user.dto.ts`,
  `${USER}/constants.ts`,
  `${TUTOR}/domain/events/tutor-profile-created.event.ts`,
  `${TUTOR}/application/commands/send-welcome-email.command.ts`,
  `${TUTOR}/application/commands/initialize-tutor-dashboard.command.ts`,
  'libs/shared-kernel/src/domain/base-domain.event.ts',
  `${PAYMENT}/domain/events/payment-created.event.ts`,
  `${PAYMENT}/domain/events/payment-completed.event.ts`,
  `${PAYMENT}/domain/events/payment-refunded.event.ts`,
  `${MATCHING}/domain/events/tutor-created.event.ts`,
  `${MATCHING}/application/read-models/tutor-search.read-model.ts`,
];

type Exists = (path: string) => boolean;
const inTree: Exists = (path) => existsSync(join(repository, path));

/** What is wrong with the map: a guide path without a row of its own, or a path of ours that is not there. */
function problems(map: string, guidePaths: readonly string[], exists: Exists): string[] {
  const rows = tableRows(map).map(([guide = '', ours = '', note = '']) => ({ guide: guide.replaceAll('`', ''), ours, note }));
  const named = guidePaths.flatMap((path) => {
    const count = rows.filter(({ guide }) => guide === path).length;
    return count === 1 ? [] : [`${path} has ${count} rows`];
  });
  const foreign = rows.filter(({ guide }) => !guidePaths.includes(guide)).map(({ guide }) => `${guide} is no path of the guide`);
  const lost = rows.flatMap(({ guide, ours, note }) => {
    const paths = [...ours.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
    if (paths.length === 0) return [`${guide} leads nowhere`];
    const missing = paths.filter((path) => !exists(path));
    if (!/\bplanned\b/.test(note)) return missing.map((path) => `${path} does not exist`);
    return missing.length === 0 ? [`${guide} is there: take "planned" off its note`] : [];
  });
  return [...named, ...foreign, ...lost];
}

describe('a map', () => {
  const row = (guide: string, ours: string, note = ''): string => `| \`${guide}\` | ${ours} | ${note} |`;
  const map = (...rows: string[]): string => ['| Guide | Here | Note |', '|---|---|---|', ...rows].join('\n');
  const exists: Exists = (path) => path === 'a.ts' || path === 'b.ts';
  const sound = [row('a.ts', '`a.ts`'), row('x.ts', '`b.ts`, `a.ts`', 'two'), row('c.ts', '`c.ts`', 'c-service: planned')];
  const guide = ['a.ts', 'x.ts', 'c.ts'];

  test('with a row for each path is sound', () => expect(problems(map(...sound), guide, exists)).toEqual([]));

  test.each([
    ['a path without a row', sound.slice(1), 'a.ts has 0 rows'],
    ['a path with two rows', [...sound, row('a.ts', '`b.ts`')], 'a.ts has 2 rows'],
    ['a row the guide does not know', [...sound, row('y.ts', '`a.ts`')], 'y.ts is no path of the guide'],
    ['a path of ours that is gone', sound.map((line) => line.replace('`b.ts`', '`gone.ts`')), 'gone.ts does not exist'],
    ['a row that leads nowhere', sound.map((line) => line.replace('`b.ts`, `a.ts`', 'somewhere')), 'x.ts leads nowhere'],
    [
      'a plan that was carried out',
      sound.map((line) => line.replace('| `c.ts` | c-', '| `b.ts` | c-')),
      'c.ts is there: take "planned" off its note',
    ],
  ])('planted: %s', (_case, rows, problem) => expect(problems(map(...rows), guide, exists)).toEqual([problem]));
});

test('docs/guide-map.md leads from every path of the guide to ours', () => {
  const map = readFileSync(join(repository, 'docs/guide-map.md'), 'utf8');
  expect(problems(map, [...SHOWN, ...IMPORTED], inTree)).toEqual([]);
});

test('the places that docs/glossary.md names exist, and no term stands twice', () => {
  const rows = tableRows(readFileSync(join(repository, 'docs/glossary.md'), 'utf8'));
  const terms = rows.map(([term = '']) => term);
  const places = rows.flatMap(([, , place = '']) => [...place.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path));
  expect(places.length).toBeGreaterThan(20);
  expect(places.filter((path) => !inTree(path))).toEqual([]);
  expect(terms.filter((term, index) => terms.indexOf(term) !== index)).toEqual([]);
});
