import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { SCHEMAS_FOLDER, generatedFiles } from '../src/generated-files.ts';
import { contracts } from '../src/index.ts';
import { fixtures } from './fixtures.ts';

const root = new URL('../../../', import.meta.url);
const files = generatedFiles();
const committed = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), 'utf8'));
// The text of each format is checked by the `pattern` beside it.
const ajv = new Ajv2020({ formats: { uuid: true, 'date-time': true, date: true }, allowUnionTypes: true });

describe('the committed files follow from the contracts', () => {
  test.each([...files.keys()])('%s is up to date', (path) => {
    expect(existsSync(new URL(path, root)), `${path} is missing; run npm run catalogue`).toBe(true);
    expect(readFileSync(new URL(path, root), 'utf8'), `${path} is stale; run npm run catalogue`).toBe(files.get(path));
  });

  test('no schema stays behind when its event goes', () => {
    const present = readdirSync(new URL(SCHEMAS_FOLDER, root)).map((file) => `${SCHEMAS_FOLDER}/${file}`);
    expect(present.filter((path) => !files.has(path))).toEqual([]);
  });
});

describe('JSON Schemas', () => {
  const published = new Set(contracts.filter(({ scope }) => scope === 'integration').map(({ name }) => name));

  test.each(fixtures.filter(({ event }) => published.has(event)))(
    '$event v$schemaVersion accepts its sample',
    ({ event, schemaVersion, payload }) => {
      const validate = ajv.compile(schemaObject(committed(`${SCHEMAS_FOLDER}/${event}.v${schemaVersion}.json`)));
      expect(validate(payload), ajv.errorsText(validate.errors)).toBe(true);
      expect(validate({ ...schemaObject(payload), surprise: 1 })).toBe(false);
    },
  );

  test('events.json keeps its own schema, and the schema refuses a target without a dead letter queue', () => {
    const validate = ajv.compile(schemaObject(committed('infrastructure/events/events.schema.json')));
    const catalogue = schemaObject(committed('infrastructure/events/events.json'));
    expect(validate(catalogue), ajv.errorsText(validate.errors)).toBe(true);
    const [first] = Array.isArray(catalogue['rules']) ? catalogue['rules'] : [];
    const { dlq: _dlq, ...bare } = schemaObject(first);
    expect(validate({ ...catalogue, rules: [bare] })).toBe(false);
  });
});

function schemaObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error('expected a JSON object');
  return { ...value };
}
