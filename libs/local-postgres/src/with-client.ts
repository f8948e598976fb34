import { Client } from 'pg';

/** Runs `work` on one connection and closes it. No TLS unless the URL asks for it, whatever the shell's PGSSLMODE says. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>, connectTimeoutMs = 5_000): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs, ssl: false });
  // A connection that dies between two queries emits an error that would end the process; the next query reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
