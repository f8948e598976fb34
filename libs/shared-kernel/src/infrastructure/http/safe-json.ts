import { ValidationFailed } from './edge.errors.ts';

const DEEPEST = 32;

/** Parses a request body. Throws SyntaxError, or ValidationFailed for what no schema should ever see. */
export function parseSafeJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  refuseUnsafe(value, 1);
  return value;
}

/**
 * Refuses `__proto__` (it would change what objects inherit), NUL and lone surrogates (the database takes neither) and deep nesting (it
 * would exhaust the stack of whoever walks it).
 */
function refuseUnsafe(value: unknown, depth: number): void {
  if (typeof value === 'string') refuseUnsafeText(value);
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEEPEST) throw unsafe(`is nested deeper than ${DEEPEST} levels`);
  if (Array.isArray(value)) {
    for (const item of value) refuseUnsafe(item, depth + 1);
    return;
  }
  for (const [name, field] of Object.entries(value)) {
    if (name === '__proto__') throw unsafe('must not name __proto__');
    refuseUnsafeText(name);
    refuseUnsafe(field, depth + 1);
  }
}

function refuseUnsafeText(text: string): void {
  if (text.includes('\0')) throw unsafe('must not contain NUL characters');
  if (!text.isWellFormed()) throw unsafe('must not contain lone surrogates');
}

function unsafe(message: string): ValidationFailed {
  return new ValidationFailed([{ path: '', message }]);
}
