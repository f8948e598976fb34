import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDataFolder } from '@edtech/local-aws';
import { stopLeftoverPostgres } from '@edtech/local-postgres';
import { loadConfig } from './config.ts';
import { startFailure } from './start-failure.ts';

/** What the platform keeps in its data folder. */
const OURS = new Set(['audit', 'aws', 'documents', 'identity', 'mail', 'postgres']);

try {
  const { dataDir } = loadConfig();
  const foreign = (await readdir(dataDir).catch(() => [])).filter((name) => !OURS.has(name));
  if (foreign.length > 0)
    throw new Error(
      `${dataDir} holds ${foreign.slice(0, 3).join(', ')}, which is not the platform's; point EDTECH_DATA at its data folder`,
    );
  const unlock = await lockDataFolder(join(dataDir, 'aws'));
  await stopLeftoverPostgres(join(dataDir, 'postgres'));
  await unlock();
  await rm(dataDir, { recursive: true, force: true });
  process.stdout.write(`removed ${dataDir}\n`);
} catch (error) {
  process.stderr.write(`nothing was removed: ${startFailure(error)}\n`);
  process.exit(1);
}
