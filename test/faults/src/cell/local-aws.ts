import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyCatalogue, type EventsFile, type TablesFile } from '@edtech/local-aws';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import { freePort } from '@edtech/platform';
import { ROOT } from './events-file.ts';
import { Replica } from './replica.ts';

interface LocalAwsOptions {
  readonly random: SeededRandom;
  readonly log: (line: string) => void;
}

interface RunningLocalAws {
  readonly aws: Replica;
  readonly awsUrl: string;
  readonly port: number;
}

/** The local AWS endpoint as a process of its own that keeps its data in `folder`, with the bus, queues and tables of the catalogue. */
export async function startAws(folder: string, events: EventsFile, { random, log }: LocalAwsOptions): Promise<RunningLocalAws> {
  const port = await freePort();
  const awsUrl = `http://127.0.0.1:${port}`;
  const file = join(folder, 'events.json');
  await writeFile(file, JSON.stringify(events));
  const aws = new Replica(
    {
      name: 'local-aws',
      module: join(ROOT, 'libs', 'local-aws', 'dist', 'main.js'),
      args: Object.entries({
        '--port': String(port),
        '--data-dir': join(folder, 'aws'),
        '--seed': String(random.int(2 ** 31)),
        '--events': file,
      }).flat(),
      env: inherited(),
      ready: async () => (await fetch(`${awsUrl}/_local/health`, { signal: AbortSignal.timeout(1_000) })).ok,
    },
    log,
  );
  await aws.start();
  try {
    const tables: TablesFile = JSON.parse(await readFile(join(ROOT, 'infrastructure', 'events', 'tables.json'), 'utf8'));
    Object.assign(process.env, awsEnvironment(awsUrl, 'harness'));
    await applyCatalogue({ events, tables, endpoint: awsUrl });
  } catch (error) {
    await aws.stop();
    throw error;
  }
  return { aws, awsUrl, port };
}

export function awsEnvironment(endpoint: string, accessKeyId: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}

/** What a child needs of our environment; not what others have put there for us. */
export function inherited(): Record<string, string | undefined> {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] };
}
