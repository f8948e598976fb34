import { lstat, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { codeOf } from './error-code.ts';

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * The npm packages come without the links between their shared libraries, and a postinstall script that would make them does
 * not run. Makes the missing ones in place; where the package cannot be written, makes them all in `fallbackFolder`. Returns
 * the variables the programs need. Safe to repeat and to run in several processes at once.
 */
export async function linkLibraries(nativeFolder: string, fallbackFolder: string): Promise<Record<string, string>> {
  const missing: Link[] = [];
  const links = await listedLinks(nativeFolder);
  for (const link of links) {
    if (!(await exists(link.target))) missing.push(link);
  }
  try {
    for (const { source, target } of missing) await makeLink(relative(dirname(target), source), target);
    return {};
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) throw error;
  }
  // Its old links may point to a package folder that has moved.
  await rm(fallbackFolder, { recursive: true, force: true });
  await mkdir(fallbackFolder, { recursive: true });
  for (const { source, target } of links) await makeLink(source, join(fallbackFolder, basename(target)));
  const path = `${fallbackFolder}:${join(nativeFolder, 'lib')}`;
  return process.platform === 'darwin' ? { DYLD_LIBRARY_PATH: path } : { LD_LIBRARY_PATH: path };
}

async function listedLinks(nativeFolder: string): Promise<Link[]> {
  let text: string;
  try {
    text = await readFile(join(nativeFolder, 'pg-symlinks.json'), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) return [];
  const packageFolder = dirname(nativeFolder);
  return entries
    .filter(isLink)
    .map(({ source, target }) => ({ source: join(packageFolder, source), target: join(packageFolder, target) }));
}

function isLink(value: unknown): value is Link {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  );
}

async function makeLink(to: string, at: string): Promise<void> {
  try {
    await symlink(to, at);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
