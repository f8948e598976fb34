import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown, type Plugin } from 'rolldown';
import type { Mutant } from '../mutants.ts';
import { ROOT } from './events-file.ts';

/** Below node_modules, so that what stays outside of a bundle is found. */
const FOLDER = join(ROOT, 'node_modules', '.cache', 'edtech-faults', String(process.pid));
/** What V8 has made of the sound bundles: half of what is left of a start is reading them. */
export const COMPILED: string = join(FOLDER, 'compiled');
const PROGRAMS = join(import.meta.dirname, '..');
/** Drivers and transports that a service would load only if they were installed. */
const OPTIONAL = [
  /^@nestjs\/(microservices|websockets|platform-express)/,
  /^class-(transformer|validator)/,
  /^@fastify\/view/,
  /^pg-native$/,
];

/** Built together: most of what they import is the same. */
const SERVICES = ['bank/main', 'mirror/main'];
const bundles = new Map<string, Promise<void>>();

/**
 * A few files of everything that a program of the harness imports, with the bug planted into them: a process that is killed a thousand times
 * starts a thousand times, and finding and reading two thousand modules is three quarters of a start. `program` is a path below dist, without
 * its ending. Throws when the code has changed so that the bug does not fit any more.
 */
export async function bundled(program: string, mutant?: Mutant): Promise<string> {
  const programs = SERVICES.includes(program) ? SERVICES : [program];
  const dir = join(FOLDER, `${programs.map(flat).join('-')}-${mutant?.id ?? 'sound'}`);
  const known = bundles.get(dir) ?? bundle(programs, dir, mutant);
  bundles.set(dir, known);
  await known;
  return join(dir, `${flat(program)}.mjs`);
}

function flat(program: string): string {
  return program.replaceAll('/', '-');
}

async function bundle(programs: readonly string[], dir: string, mutant: Mutant | undefined): Promise<void> {
  const patched = new Set<string>();
  const build = await rolldown({
    input: Object.fromEntries(programs.map((program) => [flat(program), join(PROGRAMS, `${program}.js`)])),
    platform: 'node',
    external: OPTIONAL,
    plugins: [inItsPlace, planted(mutant, patched)],
    onLog: () => undefined,
  });
  await build.write({
    dir,
    format: 'esm',
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
  });
  await build.close();
  const missed = mutant?.patches.find(({ file }) => !patched.has(file));
  if (missed !== undefined)
    throw new Error(`mutant ${mutant?.id} changes ${missed.file}, which ${programs.join(' and ')} do not load`);
  if (mutant === undefined) await Promise.all(programs.map((program) => compile(join(dir, `${flat(program)}.mjs`))));
}

/** Starts it once without an environment, so that it ends by itself: only then does Node keep what it has compiled. */
async function compile(file: string): Promise<void> {
  await once(spawn(process.execPath, [file], { env: { NODE_COMPILE_CACHE: COMPILED }, stdio: 'ignore' }), 'exit');
}

/** A module finds the files beside it wherever the bundle is. */
const inItsPlace: Plugin = {
  name: 'in-its-place',
  transform(code, id) {
    if (!code.includes('import.meta.')) return undefined;
    return code
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href));
  },
};

function planted(mutant: Mutant | undefined, patched: Set<string>): Plugin {
  return {
    name: 'planted-bug',
    transform(code, id) {
      const mine = mutant?.patches.filter(({ file }) => id.endsWith(`/${file}`)) ?? [];
      if (mine.length === 0) return undefined;
      let source = code;
      for (const { file, find, replace } of mine) {
        if (source.split(find).length !== 2)
          throw new Error(`mutant ${mutant?.id} does not fit ${file} any more: it looks for\n${find}`);
        source = source.replace(find, () => replace);
        patched.add(file);
      }
      return source;
    },
  };
}

process.once('exit', () => rmSync(FOLDER, { recursive: true, force: true }));
