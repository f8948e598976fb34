import { QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventSourcedRepository } from '@edtech/shared-kernel';
import { v4 as uuidv4 } from 'uuid';
import { closedLoop } from './harness/closed-loop.ts';
import type { BenchDynamoDb } from './harness/dynamodb.ts';
import { attributeOf, valueOf } from './harness/map-items.ts';
import type { Row, Variant } from './harness/measure.ts';
import { castore, type CastoreStore } from './harness/peers.ts';
import type { Bench } from './harness/program.ts';
import { eventStore, itemsOf, paymentStream, peerEvents, StoredPayment, type Item } from './harness/stored-payments.ts';

const TAIL = 20;
const PEER_EVENTS = 1_000;
const MAPS = 'map items';
const CASTORE = 'Castore getAggregate';

interface Loader {
  readonly name: string;
  readonly includes: string;
  readonly client: DynamoDBClient;
  /** Answers how many events the state stands for. */
  readonly load: (client: DynamoDBClient) => Promise<number>;
}

export async function loadOnDynamoDb(bench: Bench, dynamoDb: BenchDynamoDb): Promise<void> {
  const table = await dynamoDb.table();
  const peer = await castore(bench);
  const peerTable = peer === undefined ? '' : await dynamoDb.table(peer.table);
  const openPeer = (client: DynamoDBClient): CastoreStore | undefined => peer?.open(client, peerTable);
  const sizes = bench.quick ? [100, PEER_EVENTS] : [100, PEER_EVENTS, 10_000];
  for (const events of sizes) {
    const loaders: Loader[] = [
      await mapLoader(dynamoDb, table, events),
      ...(await loadersOf(dynamoDb, table, events, 1)),
      ...(await loadersOf(dynamoDb, table, events, 10)),
      ...(events === PEER_EVENTS ? await castoreLoader(dynamoDb.client, openPeer, events) : []),
    ];
    if (events === sizes.at(-1)) loaders.push(await shortLoader(dynamoDb, table));
    const variants: Variant[] = [];
    for (const loader of loaders) variants.push(await variant(dynamoDb, loader, events));
    await bench.gate(`load ${events} events: every variant folds all of them`, async () => {
      for (const { name, client, load } of loaders) expectAll(name, await load(client), events);
    });
    judge(bench, events, await bench.table(`load and fold ${events} events from DynamoDB, events/s`, variants), loaders);
  }
}

function judge(bench: Bench, events: number, row: (name: string) => Row, loaders: readonly Loader[]): void {
  const at = `load DynamoDB, ${events} events`;
  for (const perCommit of [1, 10]) {
    const ours = row(readStream(perCommit));
    const [must, stretch] = perCommit === 1 ? [2.5, 3.2] : [5, 6];
    const judged = events === PEER_EVENTS ? [must, stretch] : [];
    bench.ratioGoal(`${at}, ${perCommit} per commit / map items`, ours, row(MAPS), ...judged);
    bench.ratioGoal(`${at}, ${perCommit} per commit / raw Query and JSON.parse`, ours, row(rawQuery(perCommit)), 0.8);
    if (loaders.some(({ name }) => name === CASTORE))
      bench.ratioGoal(`${at}, ${perCommit} per commit / Castore`, ours, row(CASTORE), must, stretch);
    if (events > 100)
      bench.ratioGoal(
        `${at}, ${perCommit} per commit, snapshot and ${TAIL} / map items`,
        row(snapshotAnd(perCommit)),
        row(MAPS),
        ...(events === 10_000 ? [150] : []),
      );
    if (loaders.some(({ name }) => name === SHORT))
      bench.goal({
        name: `${at}, ${perCommit} per commit, snapshot and ${TAIL}: time to that of a stream of ${TAIL}`,
        value: (row(snapshotAnd(perCommit)).p50 ?? 0) / (row(SHORT).p50 ?? 1),
        unit: 'ratio',
        better: 'lower',
        stretch: 2,
      });
  }
}

const rawQuery = (perCommit: number): string => `raw Query and JSON.parse, ${perCommit} per commit`;
const readStream = (perCommit: number): string => `readStream and fold, ${perCommit} per commit`;
const snapshotAnd = (perCommit: number): string => `repository.get, snapshot and ${TAIL}, ${perCommit} per commit`;
const SHORT = `repository.get of a stream of ${TAIL}`;

/** One operation is one event that counts for the state, however it was got. */
async function variant(dynamoDb: BenchDynamoDb, { name, includes, client, load }: Loader, events: number): Promise<Variant> {
  const units = await dynamoDb.unitsOf(load);
  return {
    name,
    includes,
    run: async (ms) => {
      let folded = 0;
      const sample = await closedLoop(1, ms, async () => {
        folded += await load(client);
      });
      return { ...sample, ops: folded, counts: { 'read units/load': units.table } };
    },
    after: async () => expectAll(name, await load(client), events),
  };
}

function expectAll(name: string, folded: number, events: number): void {
  const expected = name === SHORT ? TAIL : events;
  if (folded !== expected) throw new Error(`${name}: the stream holds ${expected} events, ${folded} were folded`);
}

/** What the guide's sample does: an item per event, payload and metadata as maps. */
async function mapLoader(dynamoDb: BenchDynamoDb, table: string, events: number): Promise<Loader> {
  const partition = `MAP#${uuidv4()}`;
  const items = await itemsOf(uuidv4(), { events, perCommit: 1 });
  await dynamoDb.write(
    table,
    items.map((item) => ({
      ...item,
      PK: { S: partition },
      payload: attributeOf(JSON.parse(item['payload']?.S ?? '')),
      metadata: attributeOf(JSON.parse(item['metadata']?.S ?? '')),
    })),
  );
  return {
    name: MAPS,
    client: dynamoDb.client,
    includes: 'Query, an item per event, payload and metadata as maps, each attribute converted; nothing checked',
    load: async (client) => {
      const fold = new Fold();
      for await (const item of query(client, table, partition)) {
        const event: Record<string, unknown> = {};
        for (const [name, attribute] of Object.entries(item)) event[name] = valueOf(attribute);
        fold.take(event['eventName'], event['payload'], event['metadata']);
      }
      return fold.events;
    },
  };
}

async function loadersOf(dynamoDb: BenchDynamoDb, table: string, events: number, perCommit: number): Promise<Loader[]> {
  const [whole, snapshotted] = [uuidv4(), uuidv4()];
  await dynamoDb.write(table, await itemsOf(whole, { events, perCommit }));
  const plain: Loader[] = [
    {
      name: rawQuery(perCommit),
      client: dynamoDb.client,
      includes: 'the same items, JSON.parse of payload, metadata and more; nothing checked; the client as the SDK makes it',
      load: (client) => rawLoad(client, table, `PAYMENT#${whole}`),
    },
    {
      name: readStream(perCommit),
      client: dynamoDb.ours,
      includes: 'order and chain link checked, contract read, folded by the aggregate',
      load: async (client) => {
        const history = await eventStore(client, table).readStream(paymentStream(whole)).all();
        return StoredPayment.fromHistory(history).notes + 1;
      },
    },
  ];
  if (events <= 100) return plain;
  await dynamoDb.write(table, await itemsOf(snapshotted, { events, perCommit, afterSnapshot: TAIL }));
  return [...plain, snapshotLoader(dynamoDb, snapshotAnd(perCommit), table, snapshotted)];
}

function snapshotLoader(dynamoDb: BenchDynamoDb, name: string, table: string, id: string): Loader {
  return {
    name,
    client: dynamoDb.ours,
    includes: 'nothing cached in the process; newest page, snapshot, tail',
    load: async (client) => {
      const repository = new EventSourcedRepository(eventStore(client, table), StoredPayment, { cached: 0 });
      return (await repository.get(id)).notes + 1;
    },
  };
}

async function shortLoader(dynamoDb: BenchDynamoDb, table: string): Promise<Loader> {
  const id = uuidv4();
  await dynamoDb.write(table, await itemsOf(id, { events: TAIL, perCommit: 1 }));
  return snapshotLoader(dynamoDb, SHORT, table, id);
}

async function castoreLoader(
  client: DynamoDBClient,
  open: (client: DynamoDBClient) => CastoreStore | undefined,
  events: number,
): Promise<Loader[]> {
  const own = open(client);
  if (own === undefined) return [];
  const id = uuidv4();
  for (const [at, event] of peerEvents(id, events).entries()) await own.push(id, at + 1, event);
  return [
    {
      name: CASTORE,
      client,
      includes: 'Query, an item per event, unmarshalled, folded; nothing checked',
      load: async (over) => ((await open(over)?.load(id))?.notes ?? 0) + 1,
    },
  ];
}

async function rawLoad(client: DynamoDBClient, table: string, partition: string): Promise<number> {
  const fold = new Fold();
  for await (const item of query(client, table, partition)) {
    fold.take(item['eventName']?.S, JSON.parse(item['payload']?.S ?? ''), JSON.parse(item['metadata']?.S ?? ''));
    if (item['more'] === undefined) continue;
    const more: readonly { eventName: string; payload: object; metadata: object }[] = JSON.parse(item['more'].S ?? '');
    for (const { eventName, payload, metadata } of more) fold.take(eventName, payload, metadata);
  }
  return fold.events;
}

async function* query(client: DynamoDBClient, table: string, partition: string): AsyncGenerator<Item> {
  let from: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': { S: partition } },
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

class Fold {
  events = 0;
  last: unknown;

  take(eventName: unknown, payload: unknown, metadata: unknown): void {
    if (eventName === undefined || metadata === undefined) throw new Error('an event without a name or metadata');
    this.last = payload;
    this.events++;
  }
}
