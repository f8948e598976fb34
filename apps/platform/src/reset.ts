import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDataFolder } from '@edtech/local-aws';
import { stopLeftoverPostgres } from '@edtech/local-postgres';
import { loadConfig } from './config.ts';

const { dataDir } = loadConfig();
try {
  const unlock = await lockDataFolder(join(dataDir, 'aws'));
  await stopLeftoverPostgres(join(dataDir, 'postgres'));
  await unlock();
  await rm(dataDir, { recursive: true, force: true });
  process.stdout.write(`removed ${dataDir}\n`);
} catch (error) {
  process.stderr.write(`nothing was removed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
