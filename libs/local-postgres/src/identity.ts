import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { childEnvironment } from './child-environment.ts';
import type { Installation } from './installation.ts';
import { PostgresCannotRunAsRoot, PostgresDataUnusable } from './postgres.errors.ts';

const NOBODY = 65_534;

export interface Invocation {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** Whom the server runs as. Its name is written into the data folder: never rename one. */
export interface Identity {
  readonly name: 'self' | 'nobody' | 'user-namespace' | 'capability';
  /** The user that must own the data folder; undefined: whoever makes it. */
  readonly owner: number | undefined;
  wrap(file: string, args: readonly string[]): Invocation;
}

const self: Identity = { name: 'self', owner: undefined, wrap: (file, args) => ({ file, args }) };

export const nobody: Identity = {
  name: 'nobody',
  owner: NOBODY,
  wrap: (file, args) => ({ file, args, uid: NOBODY, gid: NOBODY }),
};

/** Inside the namespace the server is not root; outside it still is, and reads what lies below a private home. */
export const userNamespace: Identity = {
  name: 'user-namespace',
  owner: undefined,
  wrap: (file, args) => ({
    file: 'unshare',
    args: ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--', file, ...args],
  }),
};

/**
 * Where user namespaces are forbidden, as in most containers: an ordinary user that keeps one right of root, to pass the
 * permissions of folders. `no_setuid_fixup` lets access(2), by which PostgreSQL finds its own program, respect that right.
 */
export const capability: Identity = {
  name: 'capability',
  owner: NOBODY,
  wrap: (file, args) => ({
    file: 'setpriv',
    args: [
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
      '--securebits=+no_setuid_fixup',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
      '--',
      file,
      ...args,
    ],
  }),
};

/** `recorded` is the identity that made the data: its files belong to it, so no other can take over. */
export function chooseIdentity(
  dataDir: string,
  installation: Installation,
  recorded: string | undefined,
  forRoot: readonly Identity[] = [nobody, userNamespace, capability],
): Identity {
  const isRoot = process.getuid?.() === 0;
  const possible = isRoot ? forRoot : [self];
  const candidates = recorded === undefined ? possible : possible.filter(({ name }) => name === recorded);
  const reasons: string[] = [];
  for (const identity of candidates) {
    const reason = obstacle(identity, dataDir, installation);
    if (reason === undefined) return identity;
    reasons.push(`${identity.name}: ${reason}`);
  }
  if (recorded === undefined) throw new PostgresCannotRunAsRoot(reasons);
  const now = isRoot ? 'as root' : 'as an ordinary user';
  const why = reasons.length > 0 ? ` (${reasons.join('; ')})` : '';
  throw new PostgresDataUnusable(
    dataDir,
    `it was made by a server run as "${recorded}", which is not possible ${now} here${why}`,
  );
}

function obstacle(identity: Identity, dataDir: string, installation: Installation): string | undefined {
  if (identity.name === 'self') return undefined;
  const env = childEnvironment(installation.env);
  const folder = dirname(dataDir);
  for (const [what, file, args] of [
    ['run the server program', installation.postgres, ['--version']],
    [`reach ${folder}`, 'test', ['-x', folder]],
  ] as const) {
    const { file: program, args: all, ...user } = identity.wrap(file, args);
    const result = spawnSync(program, all, { ...user, env, cwd: '/', timeout: 10_000, encoding: 'utf8' });
    if (result.status !== 0) return `cannot ${what}: ${result.error?.message ?? (result.stderr.trim() || 'permission denied')}`;
  }
  return undefined;
}
