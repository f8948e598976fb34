import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contracts } from './contracts.ts';
import { RELEASED_SCHEMAS, SCHEMAS_FOLDER, generatedFiles } from './generated-files.ts';
import { breakingChanges, currentSchemas } from './released-schemas.ts';
import type { ReleasedSchemas } from './released-schemas.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const files = generatedFiles();

async function read(path: string): Promise<string | undefined> {
  return readFile(join(root, path), 'utf8').catch(() => undefined);
}

async function stalePaths(): Promise<string[]> {
  const changed = await Promise.all([...files].map(async ([path, content]) => ((await read(path)) === content ? [] : [path])));
  const present = await readdir(join(root, SCHEMAS_FOLDER)).catch(() => []);
  return [...changed.flat(), ...present.map((name) => `${SCHEMAS_FOLDER}/${name}`).filter((path) => !files.has(path))];
}

async function write(path: string): Promise<void> {
  const content = files.get(path);
  if (content === undefined) return rm(join(root, path));
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

function say(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

const released: ReleasedSchemas = JSON.parse((await read(RELEASED_SCHEMAS)) ?? '{}');
const broken = breakingChanges(released, currentSchemas(contracts));
const stale = await stalePaths();

if (broken.length > 0) {
  say(broken);
  process.exitCode = 1;
} else if (process.argv.includes('--check')) {
  say(stale.map((path) => `${path} is stale; run npm run catalogue`));
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const path of stale) await write(path);
  say(stale.map((path) => `wrote ${path}`));
}
