import { asyncApiDocument } from './asyncapi.ts';
import { catalogueSource, eventsCatalogue, eventsCatalogueSchema } from './catalogue.ts';
import { contracts } from './contracts.ts';
import { schemasOf } from './define-event.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { currentSchemas } from './released-schemas.ts';

const EVENTS_FOLDER = 'infrastructure/events';
export const SCHEMAS_FOLDER = `${EVENTS_FOLDER}/schemas`;
export const RELEASED_SCHEMAS = 'libs/contracts/fixtures/released-schemas.json';

/** Path from the root of the repository → content of every file that follows from the contracts. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>([
    [`${EVENTS_FOLDER}/events.json`, json(eventsCatalogue())],
    [`${EVENTS_FOLDER}/events.schema.json`, json(jsonSchemaOf(eventsCatalogueSchema))],
    [`${EVENTS_FOLDER}/asyncapi.json`, json(asyncApiDocument(catalogueSource))],
    [RELEASED_SCHEMAS, json(currentSchemas(contracts))],
  ]);
  for (const contract of contracts.filter(({ scope }) => scope === 'integration')) {
    for (const [version, schema] of Object.entries(schemasOf(contract))) {
      files.set(`${SCHEMAS_FOLDER}/${contract.name}.v${version}.json`, json(jsonSchemaOf(schema)));
    }
  }
  return files;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
