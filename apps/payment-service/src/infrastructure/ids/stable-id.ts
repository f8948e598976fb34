import { hash } from 'node:crypto';

/** A UUID that follows from its parts, on every machine and for ever. It names streams: never change how it is made. */
export function stableId(...parts: readonly string[]): string {
  const digits = hash('sha256', JSON.stringify(parts)).slice(0, 32);
  const [a, b, c, d] = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(13, 16), digits.slice(17, 20)];
  return `${a}-${b}-8${c}-8${d}-${digits.slice(20)}`;
}
