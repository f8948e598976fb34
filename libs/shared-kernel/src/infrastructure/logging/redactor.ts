const MASK = '[redacted]';
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu;
const DEEPEST = 6;

/** A copy of `value` fit for a log: personal fields masked at any depth, e-mail addresses masked in every text, errors described. */
export type Redactor = (value: unknown) => unknown;

/** `personal` are the last names of personal fields; letter case does not count. */
export function redactor(personal: Iterable<string>): Redactor {
  const names = new Set([...personal].map((name) => name.toLowerCase()));

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
    return {
      type: error.constructor.name,
      message: maskText(error.message),
      ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
      stack: maskText(error.stack ?? ''),
      ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
    };
  }

  return (value) => redact(value, 0);
}

function maskText(text: string): string {
  return text.includes('@') ? text.replace(EMAIL, MASK) : text;
}
