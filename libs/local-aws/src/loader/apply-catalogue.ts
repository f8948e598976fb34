import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { applyArchive, applyBus } from './apply-bus.ts';
import { applyQueues } from './apply-queues.ts';
import { applyRules } from './apply-rules.ts';
import { applyTables } from './apply-tables.ts';
import type { EventsFile, TablesFile } from './catalogue-files.ts';
import { ChangeLog, type Changes } from './change-log.ts';

export interface AppliedCatalogue extends Changes {
  busArn: string;
  /** By queue name, dead letter queues included. */
  queueUrls: ReadonlyMap<string, string>;
}

/**
 * Makes queues, bus, rules, archive and tables what the two files say. Safe to repeat; throws CatalogueNotApplied at the first
 * step that fails. With an endpoint it needs no credentials; without one the SDK finds endpoint, region and credentials itself.
 */
export async function applyCatalogue(options: {
  events: EventsFile;
  tables: TablesFile;
  endpoint?: string;
}): Promise<AppliedCatalogue> {
  const { events: file, tables, endpoint } = options;
  const settings =
    endpoint === undefined
      ? {}
      : { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'loader', secretAccessKey: 'loader' } };
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  const events = new EventBridgeClient(settings);
  const dynamoDb = new DynamoDBClient(settings);
  const log = new ChangeLog();
  try {
    const queues = await applyQueues(sqs, file.queues, log);
    const busArn = await applyBus(events, file, log);
    await applyRules(events, file.bus, file.rules, queues, log);
    await applyArchive(events, file, busArn, log);
    await applyTables(dynamoDb, tables, log);
    return { ...log.changes, busArn, queueUrls: new Map([...queues].map(([name, { url }]) => [name, url])) };
  } finally {
    for (const client of [sqs, events, dynamoDb]) client.destroy();
  }
}
