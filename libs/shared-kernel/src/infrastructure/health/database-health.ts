import type { Database } from '../database/database.ts';
import type { HealthSource } from './health-sources.ts';

export function databaseHealth(database: Database): HealthSource {
  return {
    name: 'database',
    check: async () => {
      await database.query({ text: 'SELECT 1' });
      return { status: 'up' };
    },
  };
}
