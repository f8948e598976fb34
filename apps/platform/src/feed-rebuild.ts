import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventOwnership, startLocalAws, type EventsFile } from '@edtech/local-aws';
import { choosePostgres, hasPostgres } from '@edtech/local-postgres';
import {
  EventContracts,
  EventStoreService,
  rebuildFeed,
  shortName,
  SystemClock,
  type RebuildProgress,
  type RebuiltFeed,
} from '@edtech/shared-kernel';
import { pointAwsTo, type PlatformConfig } from './config.ts';
import { services } from './services.ts';

const EVENTS = join(import.meta.dirname, '..', '..', '..', 'infrastructure', 'events', 'events.json');

export interface FeedRebuildOptions {
  readonly config: PlatformConfig;
  readonly dropUnknown: boolean;
  readonly progress: (progress: RebuildProgress) => void;
}

/**
 * Writes the log of a service again from its event store. Database and AWS are those that the environment names; what it does not name lies in
 * the data folder of the platform and is started for the time of this. Throws NoEventStore, NothingThere and what `rebuildFeed` throws; then nothing
 * is changed.
 */
export async function rebuildFeedOf(name: string, { config, dropUnknown, progress }: FeedRebuildOptions): Promise<RebuiltFeed> {
  const definition = services
    .map((service) => service.definition)
    .find((one) => one.name === name || shortName(one.name) === name);
  if (definition?.eventStore === undefined) throw new NoEventStore(name, definition !== undefined);
  const { contracts, eventStore } = definition;
  const service = definition.name;
  const { env } = config;
  const place = { env, services: [shortName(service)], dataDir: join(config.dataDir, 'postgres') };
  if (!hasPostgres(place)) throw new NothingThere(service, config.dataDir);
  const aws = await awsOf(config);
  try {
    const postgres = await choosePostgres({ ...place, port: config.postgresPort });
    try {
      const store = new EventStoreService(eventStore.openTable(env), new EventContracts(contracts), new SystemClock());
      const databaseUrl = postgres.urls[shortName(service)] ?? '';
      return await rebuildFeed({ service, databaseUrl, store, aggregateTypes: eventStore.aggregateTypes, dropUnknown, progress });
    } finally {
      await postgres.stop();
    }
  } finally {
    await aws.close();
  }
}

async function awsOf({ env, dataDir, awsPort }: PlatformConfig): Promise<{ close(): Promise<void> }> {
  if (env['AWS_ENDPOINT_URL'] !== undefined || (env['AWS_REGION'] !== undefined && env['AWS_PORT'] === undefined))
    return { close: async () => undefined };
  const events: EventsFile = JSON.parse(await readFile(EVENTS, 'utf8'));
  const aws = await startLocalAws({ dataDir: join(dataDir, 'aws'), port: awsPort, ownership: eventOwnership(events) });
  Object.assign(env, pointAwsTo(aws.url, 'local'));
  return aws;
}

export function rebuildReport({ service, streams, events, added, changed, dropped, projections }: RebuiltFeed): string {
  const built = projections.length === 0 ? [] : [`${service} builds ${projections.join(', ')} again when it runs: start it`];
  return [
    `${service}: ${events} events, ${streams} streams of the store`,
    `${added} were missing in the log, ${changed} were other than in the store, ${dropped} were only in the log and are gone`,
    ...built,
  ].join('\n');
}

/** There is nothing that the log could be built from. */
export class NoEventStore extends Error {
  readonly code = 'NO_EVENT_STORE';

  constructor(service: string, isKnown: boolean) {
    const possible = services.flatMap(({ definition }) => (definition.eventStore === undefined ? [] : [definition.name]));
    super(
      `${isKnown ? `${service} has no event store: its log is its truth` : `there is no service ${service}`}; possible: ${possible.join(', ')}`,
    );
    this.name = 'NoEventStore';
  }
}

/** Nothing was ever started on the data folder. */
export class NothingThere extends Error {
  readonly code = 'NOTHING_THERE';

  constructor(service: string, dataDir: string) {
    super(
      `there is nothing in ${dataDir} yet: ${service} was never started there. Start the platform (npm start), or name another folder with EDTECH_DATA`,
    );
    this.name = 'NothingThere';
  }
}
