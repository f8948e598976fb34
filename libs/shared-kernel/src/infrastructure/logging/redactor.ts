import { errorText, MASK, maskText } from './safe-text.ts';

const DEEPEST = 6;

/** A copy of `value` fit for a log: personal fields masked at any depth, e-mail addresses masked in every text, errors described. */
export type Redactor = (value: unknown) => unknown;

/** `personal` are paths as the contracts declare them; a path counts by its last name, whose letter case does not matter. */
export function redactor(personal: readonly string[]): Redactor {
  const names = new Set(personal.map((path) => path.toLowerCase().replace(/\[\]$/, '').replace(/^.*\./, '')));

  function redact(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return maskText(value);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    if (depth > DEEPEST) return '[deep]';
    if (value instanceof Error) return describe(value, depth);
    if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
    if (value instanceof Map) return redact(Object.fromEntries(value), depth);
    if (value instanceof Set) return redact([...value], depth);
    if (ArrayBuffer.isView(value)) return '[binary]';
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [
        maskText(name),
        names.has(name.toLowerCase()) ? MASK : redact(field, depth + 1),
      ]),
    );
  }

  // Own properties of an error may hold rows, statements and parameters: only its code goes along.
  function describe(error: Error, depth: number): object {
    const message = errorText(error);
    return {
      type: error.constructor.name,
      message,
      ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
      stack: maskText((error.stack ?? '').replace(error.message, () => message)),
      ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
    };
  }

  return (value) => redact(value, 0);
}
