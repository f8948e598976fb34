import { ConditionalCheckFailedException, PutItemCommand, QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventSourcedRepository } from '@edtech/shared-kernel';
import { v4 as uuidv4 } from 'uuid';
import { closedLoop } from './harness/closed-loop.ts';
import type { BenchDynamoDb } from './harness/dynamodb.ts';
import type { Variant } from './harness/measure.ts';
import { asRequest } from './harness/payments.ts';
import type { Bench } from './harness/program.ts';
import { commitSortKey, eventStore, itemOf, StoredPayment } from './harness/stored-payments.ts';

const WRITERS = 16;

export async function hotOnDynamoDb(bench: Bench, dynamoDb: BenchDynamoDb): Promise<void> {
  const { client } = dynamoDb;
  const table = await dynamoDb.table();
  const template = await itemOf(uuidv4(), 1);
  let stream = '';
  let attempts = 0;
  const variant = (
    name: string,
    includes: string,
    create: (id: string) => Promise<unknown>,
    write: () => Promise<unknown>,
  ): Variant => {
    let wanted = 0;
    return {
      name,
      includes,
      before: async () => {
        stream = uuidv4();
        attempts = 0;
        await create(stream);
      },
      run: async (ms) => {
        const sample = await closedLoop(WRITERS, ms, async () => {
          await write();
        });
        wanted = sample.ops + 1;
        return { ...sample, counts: { 'attempts/op': attempts / sample.ops } };
      },
      after: async () => {
        const { count, last } = await held(client, table, stream);
        if (count !== wanted || last !== wanted)
          throw new Error(`${name}: ${wanted} events were acknowledged, the stream holds ${count}, the last is ${last}`);
      },
    };
  };

  const put = (version: number): Promise<unknown> => {
    const item = {
      ...template,
      PK: { S: `PAYMENT#${stream}` },
      SK: { S: commitSortKey(version) },
      version: { N: String(version) },
    };
    return client.send(new PutItemCommand({ TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(PK)' }));
  };
  const naive = async (): Promise<void> => {
    for (;;) {
      attempts++;
      const version = await newestVersion(client, table, stream);
      try {
        await put(version + 1);
        return;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    }
  };
  const repository = new EventSourcedRepository(eventStore(dynamoDb.ours, table), StoredPayment);
  const [floor, lane] = ['naive reload and retry', 'EventSourcedRepository.change'];
  const row = await bench.table('hot stream on DynamoDB, 16 writers', [
    variant(floor, 'read newest version, conditional put, again at once', () => put(1), naive),
    variant(
      lane,
      'lane, state from memory, decide, append with all promises',
      (id) => asRequest(() => repository.save(StoredPayment.create(id))),
      () => {
        attempts++;
        return asRequest(() => repository.change(stream, (payment) => payment.note()));
      },
    ),
  ]);
  await repository.idle();
  bench.gates.push({ name: 'DynamoDB: streams are dense and hold what was acknowledged, every round', passed: true });
  bench.ratioGoal('hot DynamoDB / naive', row(lane), row(floor), 8, 50);
  bench.goal({
    name: 'hot DynamoDB, p99 of ours to that of naive',
    value: (row(lane).p99 ?? 0) / (row(floor).p99 ?? 1),
    unit: 'ratio',
    better: 'lower',
    must: 0.1,
    stretch: 0.02,
  });
}

async function newestVersion(client: DynamoDBClient, table: string, id: string): Promise<number> {
  const { Items: items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': { S: `PAYMENT#${id}` } },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  return Number(items[0]?.['version']?.N ?? 0);
}

async function held(client: DynamoDBClient, table: string, id: string): Promise<{ count: number; last: number }> {
  let count = 0;
  let from: Record<string, { S: string }> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': { S: `PAYMENT#${id}` } },
        ConsistentRead: true,
        Select: 'COUNT',
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    count += page.Count ?? 0;
    const { PK, SK } = page.LastEvaluatedKey ?? {};
    from = PK?.S === undefined || SK?.S === undefined ? undefined : { PK: { S: PK.S }, SK: { S: SK.S } };
  } while (from !== undefined);
  return { count, last: await newestVersion(client, table, id) };
}
