import { InvalidContract } from './invalid-contract.ts';
import { placesOf } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';

/** Formats whose text cannot describe a person: ids, instants, dates. */
const PLAIN_FORMATS = ['uuid', 'date-time', 'date'];

interface Classification {
  readonly personal: readonly string[];
  readonly plain: readonly string[];
}

/**
 * Throws InvalidContract unless every free string of all versions is named as personal or as plain.
 * A named path covers everything below it; a path that no version has, or that stands in both lists, is refused.
 */
export function assertClassified(name: string, versions: readonly JsonSchema[], { personal, plain }: Classification): void {
  const places = versions.flatMap((schema) => [...placesOf(schema)]);
  const listed = [...personal, ...plain];
  const twice = listed.find((path, index) => listed.indexOf(path) !== index);
  if (twice) throw new InvalidContract(name, `"${twice}" is classified twice`);
  const unknown = listed.find((path) => !places.some((place) => place.path === path));
  if (unknown) throw new InvalidContract(name, `"${unknown}" is classified but no version has it`);
  const open = places.find(({ path, schema }) => isFreeString(schema) && !listed.some((known) => covers(known, path)));
  if (open) throw new InvalidContract(name, `string field "${open.path}" is neither personal nor plain; list it in one of them`);
}

function covers(known: string, path: string): boolean {
  return path === known || path.startsWith(`${known}.`) || path.startsWith(`${known}[]`);
}

function isFreeString(schema: JsonSchema): boolean {
  if (schema.enum || schema.const !== undefined || schema.anyOf || schema.oneOf || schema.allOf) return false;
  if (schema.type === undefined) return true;
  return [schema.type].flat().includes('string') && !PLAIN_FORMATS.includes(schema.format ?? '');
}
