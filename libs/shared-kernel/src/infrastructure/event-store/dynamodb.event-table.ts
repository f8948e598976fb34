import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type DynamoDBClient,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { EventStoreUnavailable } from '../../application/event-store.ts';
import { isConnectionLoss } from '../database/pg-errors.ts';
import type { EventTable, Item, ItemKey } from './event-table.ts';

/**
 * The table of `infrastructure/events/tables.json`. The client may repeat calls: a put that was applied although its reply got lost meets its
 * own item, which the event store recognises. Throws EventStoreUnavailable for what waiting may mend.
 *
 * The client's `logger` hears nothing of its calls any more: for it, also when there is none, the SDK copies every attribute of each call and
 * answer, which was a third of the time that a load took.
 */
export function dynamoDbEventTable(client: DynamoDBClient, tableName: string): EventTable {
  client.middlewareStack.remove('loggerMiddleware');
  const keyOf = ({ partition, sort }: ItemKey): Item => ({ PK: { S: partition }, SK: { S: sort } });

  async function* pages(input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<readonly Item[]> {
    let from: Item | undefined;
    do {
      const page = await answerOf(
        client.send(
          new QueryCommand({ TableName: tableName, ...input, ...(from === undefined ? {} : { ExclusiveStartKey: from }) }),
        ),
      );
      yield page.Items ?? [];
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }

  return {
    putNew: (item) =>
      unlessRefused(
        client.send(new PutItemCommand({ TableName: tableName, Item: item, ConditionExpression: 'attribute_not_exists(PK)' })),
      ),

    putNewer: (item) =>
      unlessRefused(
        client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: item,
            ConditionExpression: 'attribute_not_exists(PK) OR #version < :version',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': item['version'] ?? { N: '0' } },
          }),
        ),
      ),

    async replace(item) {
      await answerOf(
        client.send(new PutItemCommand({ TableName: tableName, Item: item, ConditionExpression: 'attribute_exists(PK)' })),
      );
    },

    async get(key) {
      const { Item: item } = await answerOf(
        client.send(new GetItemCommand({ TableName: tableName, Key: keyOf(key), ConsistentRead: true })),
      );
      return item;
    },

    query: (partition, { from, to, newestFirst = false, pageSize }) =>
      pages({
        KeyConditionExpression: 'PK = :pk AND SK BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': { S: partition }, ':from': { S: from }, ':to': { S: to } },
        ConsistentRead: true,
        ScanIndexForward: !newestFirst,
        ...(pageSize === undefined ? {} : { Limit: pageSize }),
      }),

    async unmark(key) {
      await answerOf(
        client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: keyOf(key),
            UpdateExpression: 'REMOVE pending',
            ConditionExpression: 'attribute_exists(PK)',
          }),
        ),
      );
    },

    async *partitions() {
      let from: Item | undefined;
      do {
        const page = await answerOf(
          client.send(
            new ScanCommand({
              TableName: tableName,
              ProjectionExpression: 'PK',
              ConsistentRead: true,
              ...(from === undefined ? {} : { ExclusiveStartKey: from }),
            }),
          ),
        );
        yield [...new Set((page.Items ?? []).map(({ PK }) => PK?.S ?? ''))];
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
    },

    async *marked(mark) {
      const found = pages({
        IndexName: 'pending',
        KeyConditionExpression: 'pending = :mark',
        ExpressionAttributeValues: { ':mark': { S: mark } },
      });
      for await (const items of found) yield items.map(({ PK, SK }) => ({ partition: PK?.S ?? '', sort: SK?.S ?? '' }));
    },
  };
}

async function unlessRefused(call: Promise<unknown>): Promise<boolean> {
  try {
    await answerOf(call);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

async function answerOf<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw isTransient(error) ? new EventStoreUnavailable(error) : error;
  }
}

const THROTTLING = new Set(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException']);

function isTransient(error: unknown): boolean {
  if (error instanceof DynamoDBServiceException)
    return error.$fault === 'server' || error.$metadata.httpStatusCode === 429 || THROTTLING.has(error.name);
  return isConnectionLoss(error) || (error instanceof Error && error.name === 'TimeoutError');
}
