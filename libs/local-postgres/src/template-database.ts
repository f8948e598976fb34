import { createHash, randomBytes } from 'node:crypto';
import { escapeIdentifier, type Client } from 'pg';
import { codeOf } from './error-code.ts';
import { PostgresTemplateTimeout } from './postgres.errors.ts';
import { withClient } from './with-client.ts';

export interface TemplateOptions {
  readonly name: string;
  /** Text of the migrations; another text is another template. */
  readonly migrations: string;
  migrate(url: string): Promise<void>;
}

export interface ClonedDatabase {
  readonly url: string;
  /** Ends what is still connected. Safe to repeat. */
  drop(): Promise<void>;
}

const LOCK_NOT_AVAILABLE = '55P03';
const BUILD_TIMEOUT_SECONDS = 60;

/**
 * Builds the template unless it stands, once for all processes that ask at the same time; one whose builder died or failed is
 * built again. The returned function makes a fresh database from it, and may be called concurrently.
 */
export async function templateDatabase(
  server: { url(database: string): string },
  { name, migrations, migrate }: TemplateOptions,
): Promise<() => Promise<ClonedDatabase>> {
  const template = `template_${name}_${createHash('sha256').update(migrations).digest('hex').slice(0, 12)}`;
  const quoted = escapeIdentifier(template);

  await withClient(server.url('postgres'), async (client) => {
    await lock(client, template);
    const { rows } = await client.query<{ datistemplate: boolean }>('SELECT datistemplate FROM pg_database WHERE datname = $1', [
      template,
    ]);
    if (rows[0]?.datistemplate === true) return;
    await client.query(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${quoted}`);
    await migrate(server.url(template));
    // Both at once and last: the mark says that the template is whole, and no connection may hold it while it is copied.
    await client.query(`ALTER DATABASE ${quoted} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`);
  });

  return async () => {
    const database = `${name}_${randomBytes(6).toString('hex')}`;
    await withClient(server.url('postgres'), (client) =>
      client.query(`CREATE DATABASE ${escapeIdentifier(database)} TEMPLATE ${quoted}`),
    );
    return {
      url: server.url(database),
      drop: () =>
        withClient(server.url('postgres'), async (client) => {
          await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(database)} WITH (FORCE)`);
        }),
    };
  };
}

async function lock(client: Client, template: string): Promise<void> {
  try {
    await client.query(`SET lock_timeout = '${BUILD_TIMEOUT_SECONDS}s'`);
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [template]);
  } catch (error) {
    throw codeOf(error) === LOCK_NOT_AVAILABLE ? new PostgresTemplateTimeout(template, BUILD_TIMEOUT_SECONDS, error) : error;
  }
}
