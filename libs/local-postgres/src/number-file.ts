import { readFile } from 'node:fs/promises';

/** The positive number a file begins with; undefined when it cannot be read or holds none. */
export async function readNumber(file: string): Promise<number | undefined> {
  const value = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  return value > 0 ? value : undefined;
}
