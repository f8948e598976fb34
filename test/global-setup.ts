import { startTestPostgres } from '../libs/local-postgres/src/index.ts';
import type { TestProject } from 'vitest/node';

/** One PostgreSQL for the whole run; `TEST_POSTGRES_URL` names a server to use instead. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env['TEST_POSTGRES_URL'];
  if (url) {
    project.provide('postgres', { url });
    return async () => {};
  }
  const server = await startTestPostgres();
  project.provide('postgres', server.address);
  return () => server.stop();
}
