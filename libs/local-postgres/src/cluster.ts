import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from './child-environment.ts';
import { dataFolder } from './data-folder.ts';
import { codeOf } from './error-code.ts';
import { chooseIdentity, type Identity } from './identity.ts';
import type { Installation } from './installation.ts';
import { endWithParent } from './parent-death.ts';
import { PostgresDataUnusable, PostgresStartFailed } from './postgres.errors.ts';

const run = promisify(execFile);

export const SUPERUSER = 'app';

export interface Cluster {
  readonly folder: string;
  readonly dataDir: string;
  readonly identity: Identity;
  /** undefined: the cluster trusts every local connection. */
  readonly password: string | undefined;
}

export interface ClusterOptions {
  readonly dataDir: string;
  readonly installation: Installation;
  readonly authentication: 'scram-sha-256' | 'trust';
  readonly initdbArgs?: readonly string[];
  readonly identities?: readonly Identity[];
}

/**
 * The cluster of the first start, or a new one. It appears whole or not at all: a start killed halfway is begun again by the
 * next. Throws PostgresDataUnusable when this installation or this user cannot run the existing data.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  await mkdir(dirname(options.dataDir), { recursive: true });
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const files = dataFolder(dataDir);
  const major = await existingMajor(dataDir, join(files.cluster, 'PG_VERSION'));
  if (major === undefined) return createCluster(options, dataDir);

  if (major !== options.installation.major) {
    throw new PostgresDataUnusable(
      dataDir,
      `it is of PostgreSQL ${major}, the ${options.installation.origin} is ${options.installation.major}`,
    );
  }
  const identity = chooseIdentity(dataDir, options.installation, await textOf(dataDir, files.identityFile), options.identities);
  const password = options.authentication === 'trust' ? undefined : await textOf(dataDir, files.passwordFile);
  return { folder: files.cluster, dataDir, identity, password };
}

async function createCluster({ installation, ...options }: ClusterOptions, dataDir: string): Promise<Cluster> {
  const files = dataFolder(dataDir);
  const identity = chooseIdentity(dataDir, installation, undefined, options.identities);
  const password = randomBytes(24).toString('base64url');
  await rm(files.unfinishedCluster, { recursive: true, force: true });
  await rm(files.passwordFile, { force: true });
  await writeFile(files.passwordFile, password, { mode: 0o600 });
  await writeFile(files.identityFile, identity.name);
  if (identity.owner !== undefined) {
    for (const path of [dataDir, files.passwordFile]) await chown(path, identity.owner, identity.owner);
  }
  const access = ['-U', SUPERUSER, '-A', options.authentication, '--pwfile', files.passwordFile];
  const initdbArgs = ['-D', files.unfinishedCluster, ...access, '--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions'];
  const { file, args, ...user } = identity.wrap(
    ...endWithParent(installation.initdb, [...initdbArgs, ...(options.initdbArgs ?? [])]),
  );
  try {
    await run(file, [...args], { ...user, env: childEnvironment(installation.env), cwd: dataDir, timeout: 60_000 });
  } catch (error) {
    throw new PostgresStartFailed('initdb failed', error instanceof Error ? error.message : String(error));
  }
  await rename(files.unfinishedCluster, files.cluster);
  return { folder: files.cluster, dataDir, identity, password: options.authentication === 'trust' ? undefined : password };
}

async function existingMajor(dataDir: string, versionFile: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(versionFile, 'utf8'), 10);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(dataDir, versionFile, error);
  }
}

async function textOf(dataDir: string, file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw unreadable(dataDir, file, error);
  }
}

function unreadable(dataDir: string, file: string, error: unknown): PostgresDataUnusable {
  const reason = codeOf(error) === 'EACCES' ? 'belongs to another user' : 'is missing';
  return new PostgresDataUnusable(dataDir, `${file} ${reason}`);
}
