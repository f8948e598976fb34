import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown, type OutputOptions, type Plugin } from 'rolldown';
import type { Mutant } from '../mutants.ts';
import { flat, type BundleDone, type BundleOrder } from './bundle.ts';

/** Drivers and transports that a service would load only if they were installed. */
const OPTIONAL = [
  /^@nestjs\/(microservices|websockets|platform-express)/,
  /^class-(transformer|validator)/,
  /^@fastify\/view/,
  /^pg-native$/,
];
const OUTPUT: OutputOptions = {
  format: 'esm',
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  entryFileNames: '[name].mjs',
  chunkFileNames: '[name]-[hash].mjs',
};

const PROGRAMS = join(import.meta.dirname, '..');
/** Where V8 keeps what it has made of the bundles. */
const [, , compiled = ''] = process.argv;
const packages = new Map<string, Packages>();

/** Bundles what it is asked for, until whoever asks has gone: see `bundled`. */
process.on('message', (order: BundleOrder) => {
  bundle(order).then(
    () => answer({ dir: order.dir, failed: undefined }),
    (error: unknown) => answer({ dir: order.dir, failed: error instanceof Error ? error.message : String(error) }),
  );
});

function answer(done: BundleDone): void {
  process.send?.(done);
}

async function bundle({ programs, packagesDir, dir, mutant }: BundleOrder): Promise<void> {
  const imported = packages.get(packagesDir) ?? new Packages(packagesDir);
  packages.set(packagesDir, imported);
  const patched = new Set<string>();
  const build = await rolldown({
    input: Object.fromEntries(programs.map((program) => [flat(program), join(PROGRAMS, `${program}.js`)])),
    platform: 'node',
    external: imported.file,
    plugins: [imported.plugin, inItsPlace, planted(mutant, patched), singleBytes],
    onLog: () => undefined,
  });
  await build.write({ dir, ...OUTPUT });
  await build.close();
  const missed = mutant?.patches.find(({ file }) => !patched.has(file));
  if (missed !== undefined)
    throw new Error(`mutant ${mutant?.id} changes ${missed.file}, which ${programs.join(' and ')} do not load`);
  if (mutant !== undefined) return;
  await imported.bundle();
  for (const program of programs.filter(isService)) await compile(join(dir, `${flat(program)}.mjs`));
}

/** A service is started again and again, a part of the harness once or twice. */
function isService(program: string): boolean {
  return !program.endsWith('.process');
}

/** Starts it once without an environment, so that it ends by itself: only then does Node keep what it has compiled. */
async function compile(file: string): Promise<void> {
  await once(spawn(process.execPath, [file], { env: { NODE_COMPILE_CACHE: compiled }, stdio: 'ignore' }), 'exit');
}

/**
 * The installed packages that some programs import, as one bundle of their own: it is nine tenths of the code and the same whatever bug is planted
 * into the rest.
 */
class Packages {
  readonly file: string;
  /** Paths of the modules that our code imports, in the order of their discovery. */
  readonly #modules: string[] = [];
  #isBundled = false;

  constructor(private readonly dir: string) {
    this.file = join(dir, 'packages.mjs');
  }

  /** Puts the exports of the bundle into the place of every module of a package. */
  get plugin(): Plugin {
    return {
      name: 'packages',
      resolveId: {
        filter: { id: /^[@a-z]/ },
        async handler(source, importer, { kind }) {
          if (importer === undefined || kind !== 'import-statement') return undefined;
          const module = await this.resolve(source, importer, { skipSelf: true });
          return module?.id.includes('/node_modules/') === true ? `\0package:${module.id}` : undefined;
        },
      },
      load: async (id) => (id.startsWith('\0package:') ? this.#exportsOf(id.slice('\0package:'.length)) : undefined),
    };
  }

  async bundle(): Promise<void> {
    const entry = join(this.dir, 'entry.mjs');
    await mkdir(this.dir, { recursive: true });
    const imports = this.#modules.map((path, index) => `import * as package${index} from ${JSON.stringify(path)};`);
    await writeFile(
      entry,
      `${imports.join('\n')}\nexport { ${this.#modules.map((_, index) => `package${index}`).join(', ')} };\n`,
    );
    const build = await rolldown({
      input: { packages: entry },
      platform: 'node',
      external: OPTIONAL,
      plugins: [inItsPlace, singleBytes],
      onLog: () => undefined,
    });
    await build.write({ dir: this.dir, ...OUTPUT });
    await build.close();
    this.#isBundled = true;
  }

  async #exportsOf(path: string): Promise<string> {
    const index = this.#modules.includes(path) ? this.#modules.indexOf(path) : this.#modules.push(path) - 1;
    if (this.#isBundled && index === this.#modules.length) throw new Error(`${path} came after the bundle of packages was made`);
    const exported: object = await import(pathToFileURL(path).href);
    const names = Object.keys(exported).filter((name) => name !== 'default' && /^[\w$]+$/.test(name));
    return `import { package${index} as all } from ${JSON.stringify(this.file)};
const { ${names.map((name, place) => `${name}: _${place}`).join(', ')} } = all;
export { ${names.map((name, place) => `_${place} as ${name}`).join(', ')} };
export default all.default;`;
  }
}

/** V8 reads text of single bytes twice as fast, and one letter beyond ASCII makes it read the whole file by two. */
const singleBytes: Plugin = {
  name: 'single-bytes',
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type === 'chunk') file.code = file.code.replace(/\P{ASCII}/gu, escaped);
    }
  },
};

/** As `\uXXXX`, one for each half of what needs two. */
function escaped(letter: string): string {
  return Array.from({ length: letter.length }, (_, at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
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
