import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const NOT_OURS = /(^|\/)(node_modules|dist|dist-test)\/|^test\/architecture\/planted\//;

/** Every file the patterns match, without installed, compiled and planted ones. Throws when there is none: a rule over nothing always holds. */
export function readSources(...patterns: string[]): SourceFile[] {
  const exclude = (entry: string): boolean => /(^|\/)(node_modules|dist|dist-test|planted)$/.test(entry);
  const paths = globSync(patterns, { cwd: repository, exclude }).map((path) => path.replaceAll('\\', '/'));
  const ours = [...new Set(paths)].filter((path) => !NOT_OURS.test(path)).toSorted();
  if (ours.length === 0) throw new Error(`no file matches ${patterns.join(', ')} below ${repository}: correct the pattern`);
  return ours.map((path) => ({ path, text: readFileSync(join(repository, path), 'utf8') }));
}

/** What runs in production: no specs, no `test/`. */
export function readProductionSources(): SourceFile[] {
  return readSources('{libs,apps}/*/src/**/*.{ts,tsx}').filter(({ path }) => !path.endsWith('.spec.ts'));
}

export function isService({ path }: SourceFile): boolean {
  return /^apps\/[^/]+-service\//.test(path);
}
