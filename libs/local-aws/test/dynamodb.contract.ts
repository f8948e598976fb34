import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateItemCommand,
  waitUntilTableExists,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';

const versionKey = (version: number) => `EVENT#${String(version).padStart(12, '0')}`;

/** What the event store needs of DynamoDB. Makes one table and removes it. */
export function dynamoDbContract(client: () => DynamoDBClient): void {
  const TableName = `contract-${randomUUID()}`;
  const definition = {
    TableName,
    KeySchema: [
      { AttributeName: 'PK', KeyType: 'HASH' as const },
      { AttributeName: 'SK', KeyType: 'RANGE' as const },
    ],
    AttributeDefinitions: ['PK', 'SK', 'pending'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'pending',
        KeySchema: [
          { AttributeName: 'pending', KeyType: 'HASH' as const },
          { AttributeName: 'PK', KeyType: 'RANGE' as const },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' as const },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST' as const,
  };

  const append = (stream: string, version: number, more: Record<string, { S: string } | { N: string }> = {}) =>
    client().send(
      new PutItemCommand({
        TableName,
        Item: { PK: { S: stream }, SK: { S: versionKey(version) }, version: { N: String(version) }, ...more },
        ConditionExpression: 'attribute_not_exists(PK)',
      }),
    );
  const read = (stream: string, more: object = {}) =>
    client().send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': { S: stream } },
        ConsistentRead: true,
        ...more,
      }),
    );
  const pending = (shard: string) =>
    client().send(
      new QueryCommand({
        TableName,
        IndexName: 'pending',
        KeyConditionExpression: 'pending = :shard',
        ExpressionAttributeValues: { ':shard': { S: shard } },
      }),
    );

  beforeAll(async () => {
    await client().send(new CreateTableCommand(definition));
    await waitUntilTableExists({ client: client(), maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { TableName });
  });

  afterAll(async () => {
    await client().send(new DeleteTableCommand({ TableName }));
  });

  test('a table is described with its keys and index, and cannot be created twice', async () => {
    const { Table } = await client().send(new DescribeTableCommand({ TableName }));
    expect(Table?.KeySchema).toEqual(definition.KeySchema);
    expect(Table?.GlobalSecondaryIndexes?.[0]).toMatchObject({
      IndexName: 'pending',
      Projection: { ProjectionType: 'KEYS_ONLY' },
    });
    await expect(client().send(new CreateTableCommand(definition))).rejects.toBeInstanceOf(ResourceInUseException);
  });

  test('a table that does not exist is an error of its own', async () => {
    const missing = new DescribeTableCommand({ TableName: `missing-${randomUUID()}` });
    await expect(client().send(missing)).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(
      client().send(new GetItemCommand({ TableName: 'missing', Key: { PK: { S: 'a' }, SK: { S: 'b' } } })),
    ).rejects.toThrow('Requested resource not found');
  });

  test('of 20 racing writers of one version exactly one wins', async () => {
    const stream = randomUUID();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, writer) => append(stream, 1, { writer: { N: String(writer) } })),
    );
    const losers = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(losers).toHaveLength(19);
    for (const { reason } of losers) {
      expect(reason).toBeInstanceOf(ConditionalCheckFailedException);
      expect(reason).toMatchObject({ message: 'The conditional request failed' });
    }
    expect((await read(stream)).Items).toHaveLength(1);
  });

  test('a stream reads in order of version, forwards, backwards and from a version on', async () => {
    const stream = randomUUID();
    for (const version of [2, 10, 1, 9]) await append(stream, version);
    const versions = async (more: object) => (await read(stream, more)).Items?.map((item) => item['version']?.N);
    expect(await versions({})).toEqual(['1', '2', '9', '10']);
    expect(await versions({ ScanIndexForward: false, Limit: 1 })).toEqual(['10']);
    const after = {
      KeyConditionExpression: 'PK = :pk AND SK > :sk',
      ExpressionAttributeValues: { ':pk': { S: stream }, ':sk': { S: versionKey(2) } },
    };
    expect(await versions(after)).toEqual(['9', '10']);
  });

  test('a page ends at its limit or at 1 MB, and LastEvaluatedKey continues it', async () => {
    const stream = randomUUID();
    const payload = 'x'.repeat(300_000);
    for (let version = 1; version <= 5; version += 1) await append(stream, version, { payload: { S: payload } });
    const first = await read(stream);
    expect(first.Items?.length).toBeLessThan(5);
    expect(first.LastEvaluatedKey).toBeDefined();
    const second = await read(stream, { ExclusiveStartKey: first.LastEvaluatedKey });
    expect([...(first.Items ?? []), ...(second.Items ?? [])].map((item) => item['version']?.N)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
    expect(second.LastEvaluatedKey).toBeUndefined();
    const limited = await read(stream, { Limit: 2 });
    expect(limited.LastEvaluatedKey).toEqual({ PK: { S: stream }, SK: { S: versionKey(2) } });
  });

  test('an item of 400 KB is stored, a larger one is refused', async () => {
    const stream = randomUUID();
    await append(stream, 1, { payload: { S: 'x'.repeat(409_000) } });
    await expect(append(stream, 2, { payload: { S: 'x'.repeat(409_700) } })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Item size has exceeded the maximum allowed size',
    });
  });

  test('a number keeps 38 digits', async () => {
    const stream = randomUUID();
    const amount = '12345678901234567890123456789012345678';
    await append(stream, 1, { amount: { N: amount } });
    expect((await read(stream)).Items?.[0]?.['amount']).toEqual({ N: amount });
  });

  test('the index holds keys of items with its attribute only, and loses an item that drops it', async () => {
    const stream = randomUUID();
    const shard = `P#${stream}`;
    await append(stream, 1, { pending: { S: shard }, payload: { S: 'not projected' } });
    await append(stream, 2);
    await expect
      .poll(async () => (await pending(shard)).Items, { timeout: 10_000 })
      .toEqual([{ PK: { S: stream }, SK: { S: versionKey(1) }, pending: { S: shard } }]);
    await client().send(
      new UpdateItemCommand({
        TableName,
        Key: { PK: { S: stream }, SK: { S: versionKey(1) } },
        UpdateExpression: 'REMOVE pending',
        ConditionExpression: 'attribute_exists(PK)',
      }),
    );
    await expect.poll(async () => (await pending(shard)).Count, { timeout: 10_000 }).toBe(0);
    expect((await read(stream)).Items?.[0]?.['payload']).toEqual({ S: 'not projected' });
  });

  test('a consistent read of an index is refused', async () => {
    await expect(read('any', { IndexName: 'pending', KeyConditionExpression: 'pending = :pk' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Consistent reads are not supported on global secondary indexes',
    });
  });

  test('a failed condition on update and delete changes nothing; a met one returns what was asked for', async () => {
    const stream = randomUUID();
    const Key = { PK: { S: stream }, SK: { S: versionKey(1) } };
    await append(stream, 1, { state: { S: 'open' } });
    const setTo = (state: string, expected: string) =>
      client().send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: 'SET #state = :new',
          ConditionExpression: '#state = :old',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':new': { S: state }, ':old': { S: expected } },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
    expect((await setTo('closed', 'open')).Attributes).toEqual({ state: { S: 'closed' } });
    await expect(setTo('lost', 'open')).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    const remove = (condition: string) =>
      client().send(new DeleteItemCommand({ TableName, Key, ConditionExpression: condition }));
    await expect(remove('attribute_not_exists(PK)')).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    const get = async () => (await client().send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item?.['state'];
    expect(await get()).toEqual({ S: 'closed' });
    await remove('attribute_exists(PK)');
    expect(await get()).toBeUndefined();
  });

  test('a reserved word in an expression is refused by name', async () => {
    const stream = randomUUID();
    await append(stream, 1);
    await expect(
      read(stream, { FilterExpression: 'status = :s', ExpressionAttributeValues: { ':pk': { S: stream }, ':s': { S: 'x' } } }),
    ).rejects.toThrow('Attribute name is a reserved keyword; reserved keyword: status');
  });
}
