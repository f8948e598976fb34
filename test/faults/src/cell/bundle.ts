import { fork, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from '../mutants.ts';
import { ROOT } from './events-file.ts';

/** What the bundler is asked for: programs with the same packages, and the bug that is planted into them. */
export interface BundleOrder {
  readonly programs: readonly string[];
  readonly packagesDir: string;
  readonly dir: string;
  readonly mutant: Mutant | undefined;
}

export interface BundleDone {
  readonly dir: string;
  /** Why there is no bundle. */
  readonly failed: string | undefined;
}

/** Below node_modules, so that what stays outside of a bundle is found. */
const FOLDER = join(ROOT, 'node_modules', '.cache', 'edtech-faults', String(process.pid));
/** What V8 has made of the bundles: half of what is left of a start is reading them. */
export const COMPILED: string = join(FOLDER, 'compiled');

/** Built together: most of what they import is the same. */
const TOGETHER = [
  ['bank/main', 'mirror/main', 'sections/histories.process', 'sections/part-checks.process'],
  ['people/identity', 'people/user', 'people/tutor', 'people/admin'],
];
const bundles = new Map<string, Promise<void>>();
let bundler: ChildProcess | undefined;

/**
 * A few files of everything that a program of the harness imports, with the bug planted into them: a process that is killed a thousand times
 * starts a thousand times, and finding and reading two thousand modules is three quarters of a start. `program` is a path below dist, without
 * its ending. Throws when the code has changed so that the bug does not fit any more.
 */
export async function bundled(program: string, mutant?: Mutant): Promise<string> {
  const programs = TOGETHER.find((names) => names.includes(program)) ?? [program];
  if (mutant !== undefined) await bundled(program);
  const name = join(FOLDER, flat(programs[0] ?? program));
  const dir = `${name}-${mutant?.id ?? 'sound'}`;
  const known = bundles.get(dir) ?? bundle({ programs, packagesDir: `${name}-packages`, dir, mutant });
  bundles.set(dir, known);
  await known;
  return join(dir, `${flat(program)}.mjs`);
}

/** A program's name as that of a file. */
export function flat(program: string): string {
  return program.replaceAll('/', '-');
}

/** In a process of its own: it takes hundreds of megabytes, and whoever is that large starts other processes ten times as slowly. */
async function bundle(order: BundleOrder): Promise<void> {
  bundler ??= startBundler();
  const child = bundler;
  await new Promise<void>((resolve, reject) => {
    const ended = (): void => reject(new Error('the bundler has ended'));
    const answered = ({ dir, failed }: BundleDone): void => {
      if (dir !== order.dir) return;
      child.off('exit', ended).off('message', answered);
      if (failed === undefined) resolve();
      else reject(new Error(failed));
    };
    child.on('exit', ended).on('message', answered);
    child.send(order);
  });
}

function startBundler(): ChildProcess {
  const child = fork(join(import.meta.dirname, 'bundler.process.js'), [COMPILED]).setMaxListeners(0);
  process.once('exit', () => {
    child.kill();
    rmSync(FOLDER, { recursive: true, force: true });
  });
  return child;
}
