import { InvalidEventPattern } from './invalid-event-pattern.error.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';
import { compileValueTest, singleEntry, type ValueTest } from './value-test.ts';

export interface PatternField {
  readonly path: string;
  readonly tests: readonly ValueTest[];
  readonly mayBeAbsent: boolean;
  /** The accepted values, when they are plain strings only. */
  readonly onlyStrings?: readonly string[];
}

/** All of these must hold. */
type Alternative = ReadonlyMap<string, PatternField>;

const PATTERN_LIMIT = 4096;
const ALTERNATIVES_LIMIT = 1000;

const RESERVED_IN_OR = new Set([
  'exactly',
  'equals-ignore-case',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);

/** The pattern as a disjunction of field conjunctions. Throws InvalidEventPattern. */
export function parsePattern(text: string): readonly Alternative[] {
  if (text.length > PATTERN_LIMIT) {
    throw new InvalidEventPattern(`The pattern has ${text.length} characters, more than ${PATTERN_LIMIT}`);
  }
  const pattern = parseJson(text);
  if (pattern === undefined) throw new InvalidEventPattern('The pattern is not JSON');
  if (!isObject(pattern)) throw new InvalidEventPattern('Filter is not an object');
  return parseFields(pattern, '', [new Map()]);
}

function parseFields(pattern: JsonObject, path: string, before: readonly Alternative[]): readonly Alternative[] {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new InvalidEventPattern('Empty objects are not allowed');
  let alternatives = before;
  for (const [name, value] of entries) {
    const fieldPath = path === '' ? name : `${path}.${name}`;
    if (name === '$or' && isDisjunction(value)) {
      const reached = alternatives;
      alternatives = value.flatMap((branch) => parseFields(branch, path, reached));
      if (alternatives.length > ALTERNATIVES_LIMIT) {
        throw new InvalidEventPattern(`The $or conditions expand to more than ${ALTERNATIVES_LIMIT} combinations`);
      }
    } else if (Array.isArray(value)) {
      const field = parseLeaf(fieldPath, value);
      // A path written again replaces what an enclosing or earlier object said of it.
      alternatives = alternatives.map((fields) => new Map(fields).set(fieldPath, field));
    } else if (isObject(value)) {
      alternatives = parseFields(value, fieldPath, alternatives);
    } else {
      throw new InvalidEventPattern(`"${name}" must be an object or an array`);
    }
  }
  return alternatives;
}

function isDisjunction(value: unknown): value is readonly JsonObject[] {
  return (
    Array.isArray(value) &&
    value.length >= 2 &&
    value.every((branch) => isObject(branch) && Object.keys(branch).every((key) => !RESERVED_IN_OR.has(key)))
  );
}

function parseLeaf(path: string, elements: readonly unknown[]): PatternField {
  if (elements.length === 0) throw new InvalidEventPattern('Empty arrays are not allowed');
  const tests: ValueTest[] = [];
  let mayBeAbsent = false;
  for (const element of elements) {
    if (isObject(element) && Object.hasOwn(element, 'exists')) {
      const exists = singleEntry(element)[1];
      if (exists === true) tests.push(() => true);
      else if (exists === false) mayBeAbsent = true;
      else throw new InvalidEventPattern('exists match pattern must be either true or false.');
    } else {
      tests.push(compileValueTest(element));
    }
  }
  const strings = elements.filter((element) => typeof element === 'string');
  return { path, tests, mayBeAbsent, ...(strings.length === elements.length && { onlyStrings: strings }) };
}
