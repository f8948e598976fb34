import { escapeIdentifier, escapeLiteral } from 'pg';
import { withClient } from './with-client.ts';

interface Owner {
  readonly role: string;
  readonly password: string | undefined;
}

/** Several processes may ask at once. Without an owner the database belongs to the user of `serverUrl`. */
export async function ensureDatabase(serverUrl: string, database: string, owner?: Owner): Promise<void> {
  await withClient(serverUrl, async (client) => {
    await client.query("SET lock_timeout = '30s'");
    await client.query("SELECT pg_advisory_lock(hashtext('edtech.ensure-database'))");
    const known = async (sql: string, name: string) => ((await client.query(sql, [name])).rowCount ?? 0) > 0;

    if (owner !== undefined && !(await known('SELECT FROM pg_roles WHERE rolname = $1', owner.role))) {
      const password = owner.password === undefined ? '' : ` PASSWORD ${escapeLiteral(owner.password)}`;
      await client.query(`CREATE ROLE ${escapeIdentifier(owner.role)} LOGIN${password}`);
    }
    if (!(await known('SELECT FROM pg_database WHERE datname = $1', database))) {
      const ownedBy = owner === undefined ? '' : ` OWNER ${escapeIdentifier(owner.role)}`;
      await client.query(`CREATE DATABASE ${escapeIdentifier(database)}${ownedBy}`);
    }
    if (owner !== undefined) await client.query(`REVOKE ALL ON DATABASE ${escapeIdentifier(database)} FROM PUBLIC`);
  });
}
