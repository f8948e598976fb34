import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contracts } from '@edtech/contracts';
import { describe, expect, test } from 'vitest';
import { tableRows } from './markdown.ts';
import { repository } from './source-tree.ts';
import { textColumns } from './sql-columns.ts';

const SERVICES = ['identity-service', 'user-service', 'tutor-service', 'admin-service', 'payment-service'];
const KERNEL = 'every service';
const FOLDERS = new Map([[KERNEL, 'libs/shared-kernel'], ...SERVICES.map((name) => [name, `apps/${name}`] as const)]);

/** Names of columns that hold nothing about a person in any table: ids, words of the program, hashes, keys, positions. */
const PLAIN = new Set(
  `account actor actor_id actor_role actor_type aggregate_id aggregate_type authorization_ref body_hash booking_id capture_ref causation_id
  changed_fields closed_for command command_id comparison compensation consent_status correlation_id currency decided_by dispute duties error event_id
  event_name evidence experience_level failed_at failure hash held_because holder id key key_id kid kind last_error locked_until metric name
  payload_hash payment_id payment_ids payout_id prev_hash principal projection public_jwk purpose refund_id requested_by reversal_id reversals
  road role root_hash saga sealed_key sealed_with settlement signature source state status stream stream_hash student_id subject_id subjects
  subscription suspended_until token_hash traceparent tutor_id user_id verification week who`.split(/\s+/),
);
/** Columns that are plain although others of their name are not: reasons that the program gives, and what holds ids. */
const PLAIN_HERE = new Set([
  'user-service refused_registrations.reason',
  'admin-service verification_cases.documents',
  `${KERNEL} saga_commands.payload`,
]);

const page = readFileSync(join(repository, 'docs/personal-data.md'), 'utf8');
const section = (title: string): string => page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

const inDatabases = tableRows(section('In databases')).flatMap(([service = '', , columns = '']) =>
  quoted(columns).map((column) => `${service} ${column}`),
);

function columnsOf(service: string): string[] {
  const folder = FOLDERS.get(service) ?? '';
  const migrations = globSync(`${folder}/drizzle/*.sql`, { cwd: repository }).map((file) =>
    readFileSync(join(repository, file), 'utf8'),
  );
  return textColumns(migrations).map(({ table, column }) => `${service} ${table}.${column}`);
}

describe('the page on personal data', () => {
  test('lists the personal fields of all events, as the contracts mark them', () => {
    const listed = tableRows(section('In events')).map(
      ([event = '', fields = '']) => [quoted(event).join(), quoted(fields)] as const,
    );
    const marked = contracts.filter(({ personal }) => personal.length > 0).map(({ name, personal }) => [name, personal] as const);
    expect(marked.length).toBeGreaterThan(0);
    expect(new Map(listed)).toEqual(new Map(marked));
  });

  test('lists columns that there are, and every column that can hold words is listed or known as plain', () => {
    const columns = [...FOLDERS.keys()].flatMap(columnsOf);
    expect(columns.length).toBeGreaterThan(200);
    const listed = new Set(inDatabases);
    expect([...listed].filter((column) => !columns.includes(column))).toEqual([]);
    const plain = columns.filter((column) => PLAIN.has(column.replace(/.*\./, '')) || PLAIN_HERE.has(column));
    expect(columns.filter((column) => !listed.has(column) && !plain.includes(column))).toEqual([]);
    expect(plain.filter((column) => listed.has(column))).toEqual([]);
  });

  test('nothing is known as plain that there is no more', () => {
    const columns = [...FOLDERS.keys()].flatMap(columnsOf);
    const names = new Set(columns.map((column) => column.replace(/.*\./, '')));
    expect([...PLAIN].filter((name) => !names.has(name))).toEqual([]);
    expect([...PLAIN_HERE].filter((column) => !columns.includes(column))).toEqual([]);
  });
});

describe('the reader of migrations', () => {
  test('finds what can hold words, in every notation', () => {
    const sql = 'CREATE TABLE people (\n  id    uuid PRIMARY KEY,\n  name  text NOT NULL,\n  words text[],\n  more  jsonb\n);';
    expect(textColumns([sql]).map(({ table, column }) => `${table}.${column}`)).toEqual([
      'people.name',
      'people.words',
      'people.more',
    ]);
  });

  test('does not pass over a column that is added later', () => {
    const sql = 'ALTER TABLE people ADD COLUMN phone text, ADD COLUMN age int';
    expect(textColumns([sql])).toEqual([{ table: 'people', column: 'phone' }]);
  });
});
