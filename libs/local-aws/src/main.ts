import { readFile } from 'node:fs/promises';
import { readConfig } from './config.ts';
import { developmentFaults, noFaults } from './faults.ts';
import { eventOwnership } from './event-ownership.ts';
import type { EventsFile } from './loader/catalogue-files.ts';
import { startLocalAws } from './local-aws.ts';
import { seededRandom } from './seeded-random.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const config = readConfig();
const events: EventsFile | undefined =
  config.eventsFile === undefined ? undefined : JSON.parse(await readFile(config.eventsFile, 'utf8'));
const aws = await startLocalAws({
  port: config.port,
  log: print,
  faults: config.developmentFaults ? developmentFaults : noFaults,
  ...(events !== undefined && { ownership: eventOwnership(events) }),
  ...(config.dataDir !== undefined && { dataDir: config.dataDir }),
  ...(config.seed !== undefined && { random: seededRandom(config.seed) }),
});
print(`local-aws ready ${aws.url} ${aws.instanceId}`);

const stop = () => {
  aws.close().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`local-aws could not close: ${String(error)}\n`);
      process.exit(1);
    },
  );
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);
