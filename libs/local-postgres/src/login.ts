import { createHmac } from 'node:crypto';

/** The password of a service's role, which has the name of its database; undefined on a cluster that trusts local connections. */
export function servicePassword(clusterPassword: string | undefined, database: string): string | undefined {
  return clusterPassword === undefined ? undefined : createHmac('sha256', clusterPassword).update(database).digest('base64url');
}

export function addressOf(user: string, password: string | undefined, port: number, database: string): string {
  const secret = password === undefined ? '' : `:${password}`;
  return `postgres://${encodeURIComponent(user)}${secret}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}
