import type {} from 'vitest';

export interface TestPostgresAddress {
  /** URL of a server; its path is ignored. */
  readonly url: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestPostgresAddress;
  }
}

/** For spec files: `testPostgres(inject('postgres'))` is the server of this run. */
export function testPostgres(provided: TestPostgresAddress): { url(database: string): string } {
  return {
    url(database) {
      return databaseUrl(provided.url, database);
    },
  };
}

/** The same server, user and parameters, another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}
