import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type AttributeValue,
  type CreateTableCommandInput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { localSettings, withLocalAws } from './local-aws.ts';
import type { Bench } from './program.ts';

const SOCKETS = 64;
const PER_BATCH = 25;

type TableKeys = Pick<CreateTableCommandInput, 'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes'>;

/** As `infrastructure/events/tables.json` has it. */
const EVENT_TABLE: TableKeys = {
  KeySchema: [
    { AttributeName: 'PK', KeyType: 'HASH' },
    { AttributeName: 'SK', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: ['PK', 'SK', 'pending'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'pending',
      KeySchema: [
        { AttributeName: 'pending', KeyType: 'HASH' },
        { AttributeName: 'PK', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

/** What calls consumed; the index is undefined where the endpoint does not tell. */
export interface Units {
  readonly table: number;
  readonly index: number | undefined;
}

interface ConsumedCapacity {
  readonly Table?: { readonly CapacityUnits?: number };
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits?: number }>>;
}

/** The endpoint that all variants of a program share, and the tables they use. */
export class BenchDynamoDb {
  /** As the SDK makes it: for floors and peers. */
  readonly client: DynamoDBClient;
  /** For our store, which changes what its client does. */
  readonly ours: DynamoDBClient;
  readonly #tables: string[] = [];

  private constructor(private readonly endpoint: string) {
    this.client = this.#newClient();
    this.ours = this.#newClient();
  }

  /** local-aws in a process of its own, or the endpoint of `PEER_DYNAMODB_URL`. Its tables are removed afterwards. */
  static async use(bench: Bench, work: (dynamoDb: BenchDynamoDb) => Promise<void>): Promise<void> {
    const given = process.env['PEER_DYNAMODB_URL'];
    const on = async (endpoint: string): Promise<void> => {
      const dynamoDb = new BenchDynamoDb(endpoint);
      try {
        await work(dynamoDb);
      } finally {
        await dynamoDb.#close();
      }
    };
    bench.endpoints.add(given === undefined ? 'local-aws over HTTP, in memory' : 'DynamoDB at PEER_DYNAMODB_URL');
    await (given === undefined ? withLocalAws(on) : on(given));
  }

  /** An empty table of the event store, or with other keys. */
  async table(keys: TableKeys = EVENT_TABLE): Promise<string> {
    const name = `bench-${process.pid}-${this.#tables.length}`;
    await this.client.send(new CreateTableCommand({ TableName: name, BillingMode: 'PAY_PER_REQUEST', ...keys }));
    this.#tables.push(name);
    for (;;) {
      const { Table: table } = await this.client.send(new DescribeTableCommand({ TableName: name }));
      if (table?.TableStatus === 'ACTIVE') return name;
      await delay(20);
    }
  }

  async write(table: string, items: readonly Record<string, AttributeValue>[]): Promise<void> {
    await this.#batches(
      table,
      items.map((Item) => ({ PutRequest: { Item } })),
    );
  }

  async remove(table: string, keys: readonly Record<string, AttributeValue>[]): Promise<void> {
    await this.#batches(
      table,
      keys.map((Key) => ({ DeleteRequest: { Key } })),
    );
  }

  /** Not to be timed: every call of the client asks for what it consumed. */
  async unitsOf(work: (client: DynamoDBClient) => Promise<unknown>): Promise<Units> {
    const client = this.#newClient();
    let [table, index, indexTold] = [0, 0, false];
    client.middlewareStack.add(
      (next) => async (given) => {
        Reflect.set(given.input, 'ReturnConsumedCapacity', 'INDEXES');
        const answer = await next(given);
        const consumed: ConsumedCapacity | ConsumedCapacity[] = Reflect.get(answer.output, 'ConsumedCapacity') ?? [];
        for (const { Table, GlobalSecondaryIndexes: indexes } of [consumed].flat()) {
          table += Table?.CapacityUnits ?? 0;
          indexTold ||= indexes !== undefined;
          for (const { CapacityUnits: units = 0 } of Object.values(indexes ?? {})) index += units;
        }
        return answer;
      },
      { step: 'initialize', name: 'countUnits' },
    );
    try {
      await work(client);
    } finally {
      client.destroy();
    }
    return { table, index: indexTold ? index : undefined };
  }

  async #batches(table: string, requests: readonly WriteRequest[]): Promise<void> {
    for (let at = 0; at < requests.length; at += PER_BATCH) {
      let open: WriteRequest[] = requests.slice(at, at + PER_BATCH);
      while (open.length > 0) {
        const { UnprocessedItems: left = {} } = await this.client.send(
          new BatchWriteItemCommand({ RequestItems: { [table]: open } }),
        );
        open = left[table] ?? [];
      }
    }
  }

  #newClient(): DynamoDBClient {
    return new DynamoDBClient({ ...localSettings(this.endpoint), requestHandler: { httpAgent: { maxSockets: SOCKETS } } });
  }

  async #close(): Promise<void> {
    for (const name of this.#tables) await this.client.send(new DeleteTableCommand({ TableName: name }));
    this.client.destroy();
    this.ours.destroy();
  }
}
