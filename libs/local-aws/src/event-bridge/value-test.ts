import type { Scalar } from './event-fields.ts';
import { InvalidEventPattern } from './invalid-event-pattern.error.ts';
import { compileCidr, parseIp } from './ip-range.ts';
import { isObject } from './json.ts';
import { compileWildcard } from './wildcard.ts';

export type ValueTest = (value: Scalar) => boolean;

const NUMERIC_LIMIT = 5e9;

/** Compiles one element of a leaf, `exists` excepted. Throws InvalidEventPattern. */
export function compileValueTest(element: unknown): ValueTest {
  if (typeof element === 'string') return exactString(element);
  if (element === null || typeof element === 'number' || typeof element === 'boolean') return (value) => value === element;
  if (!isObject(element)) throw new InvalidEventPattern('Match value must be String, number, true, false, or null');
  const [operator, operand] = singleEntry(element);
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return affixTest(operator, operand);
    case 'equals-ignore-case':
    case 'wildcard':
      return stringTest(operator, operand);
    case 'cidr':
      return onStrings(compileCidr(stringOperand('cidr', operand)));
    case 'numeric':
      return numericTest(operand);
    case 'anything-but':
      return anythingBut(operand);
    default:
      throw new InvalidEventPattern(`Unrecognized match type ${operator}`);
  }
}

function exactString(expected: string): ValueTest {
  const ip = parseIp(expected);
  if (ip?.bits !== 128) return (value) => value === expected;
  // One IPv6 address has many spellings, and the bus compares addresses.
  return (value) => value === expected || (typeof value === 'string' && parseIp(value)?.value === ip.value);
}

function affixTest(operator: 'prefix' | 'suffix', operand: unknown): ValueTest {
  const ignoreCase = isObject(operand);
  let affix = operand;
  if (ignoreCase) {
    const [inner, value] = singleEntry(operand);
    if (inner !== 'equals-ignore-case') throw new InvalidEventPattern(`Unsupported ${operator} pattern: ${inner}`);
    affix = value;
  }
  const text = stringOperand(ignoreCase ? 'equals-ignore-case' : operator, affix);
  const expected = ignoreCase ? text.toLowerCase() : text;
  return onStrings((value) => {
    const actual = ignoreCase ? value.toLowerCase() : value;
    return operator === 'prefix' ? actual.startsWith(expected) : actual.endsWith(expected);
  });
}

function stringTest(operator: 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard', operand: unknown): ValueTest {
  const text = stringOperand(operator, operand);
  if (operator === 'wildcard') return onStrings(compileWildcard(text));
  if (operator === 'prefix') return onStrings((value) => value.startsWith(text));
  if (operator === 'suffix') return onStrings((value) => value.endsWith(text));
  const folded = text.toLowerCase();
  return onStrings((value) => value.toLowerCase() === folded);
}

function anythingBut(operand: unknown): ValueTest {
  const excluded = isObject(operand) ? anythingButOperator(operand) : anythingButValues(operand);
  return (value) => !excluded.some((test) => test(value));
}

function anythingButOperator(operand: Readonly<Record<string, unknown>>): ValueTest[] {
  const [operator, values] = singleEntry(operand);
  if (operator !== 'prefix' && operator !== 'suffix' && operator !== 'equals-ignore-case' && operator !== 'wildcard') {
    throw new InvalidEventPattern(`Unsupported anything-but pattern: ${operator}`);
  }
  const list: unknown[] = Array.isArray(values) ? values : [values];
  if (list.length === 0) throw new InvalidEventPattern('Empty arrays are not allowed');
  if ((operator === 'prefix' || operator === 'suffix') && list.includes('')) {
    throw new InvalidEventPattern('Null prefix/suffix not allowed');
  }
  return list.map((value) => stringTest(operator, value));
}

function anythingButValues(operand: unknown): ValueTest[] {
  const list: unknown[] = Array.isArray(operand) ? operand : [operand];
  const type = typeof list[0];
  if ((type !== 'string' && type !== 'number') || list.some((value) => typeof value !== type)) {
    throw new InvalidEventPattern(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  }
  return list.map(compileValueTest);
}

const COMPARE: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numericTest(operand: unknown): ValueTest {
  if (!Array.isArray(operand)) throw new InvalidEventPattern('Value of numeric must be an array.');
  const terms: unknown[] = operand;
  const lower = numericTerm(terms[0], terms[1]);
  if (terms.length === 2) return (value) => isComparable(value) && lower.holds(value, lower.bound);
  if (!lower.operator.startsWith('>')) throw new InvalidEventPattern('Too many elements in numeric expression');
  const upper = numericTerm(terms[2], terms[3]);
  if (!upper.operator.startsWith('<')) throw new InvalidEventPattern(`Bad numeric range operator: ${upper.operator}`);
  if (terms.length > 4) throw new InvalidEventPattern('Too many terms in numeric range expression');
  if (lower.bound >= upper.bound) throw new InvalidEventPattern('Bottom must be less than top');
  return (value) => isComparable(value) && lower.holds(value, lower.bound) && upper.holds(value, upper.bound);
}

function numericTerm(operator: unknown, bound: unknown) {
  if (typeof operator !== 'string') throw new InvalidEventPattern(`Invalid member in numeric match: ${JSON.stringify(operator)}`);
  const holds = Object.hasOwn(COMPARE, operator) ? COMPARE[operator] : undefined;
  if (!holds) throw new InvalidEventPattern(`Unrecognized numeric range operator: ${operator}`);
  if (typeof bound !== 'number') throw new InvalidEventPattern(`Value of ${operator} must be numeric`);
  if (!isComparable(bound)) throw new InvalidEventPattern(`Value must be between ${-NUMERIC_LIMIT} and ${NUMERIC_LIMIT}`);
  return { operator, bound, holds };
}

function isComparable(value: Scalar): value is number {
  return typeof value === 'number' && Math.abs(value) <= NUMERIC_LIMIT;
}

function onStrings(test: (value: string) => boolean): ValueTest {
  return (value) => typeof value === 'string' && test(value);
}

function stringOperand(operator: string, operand: unknown): string {
  if (typeof operand !== 'string') throw new InvalidEventPattern(`${operator} match pattern must be a string`);
  return operand;
}

/** Throws InvalidEventPattern unless the object has exactly one key. */
export function singleEntry(expression: Readonly<Record<string, unknown>>): readonly [string, unknown] {
  const [entry, ...more] = Object.entries(expression);
  if (!entry) throw new InvalidEventPattern('Match expression name not found');
  if (more.length > 0) throw new InvalidEventPattern('Only one key allowed in match expression');
  return entry;
}
