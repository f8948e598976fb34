import { PutItemCommand, QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventSourcedRepository } from '@edtech/shared-kernel';
import { v4 as uuidv4 } from 'uuid';
import { closedLoop } from './harness/closed-loop.ts';
import { BenchDynamoDb } from './harness/dynamodb.ts';
import type { Variant } from './harness/measure.ts';
import { asRequest } from './harness/payments.ts';
import { castore, type CastoreStore } from './harness/peers.ts';
import { runProgram, type Bench } from './harness/program.ts';
import { commitSortKey, eventStore, itemsOf, peerEvents, StoredPayment, type Item } from './harness/stored-payments.ts';

const EVENTS = 20;
const [RAW, CACHED, FRESH, CASTORE] = [
  'raw Query and PutItem',
  'repository.change',
  'repository.change, nothing cached',
  'Castore getAggregate and pushEvent',
];
type Repository = EventSourcedRepository<StoredPayment['snapshot'], StoredPayment>;

/** One of the stores with streams of twenty events, one event per item; a decision adds one more. */
interface Decider {
  readonly name: string;
  readonly includes: string;
  readonly table: string;
  readonly ids: readonly string[];
  /** Not timed: before each round. */
  readonly prepare: () => Promise<void>;
  /** Load, decide, append. */
  readonly decide: (id: string) => Promise<unknown>;
  readonly versionOf: (id: string) => Promise<number>;
  readonly keyOf: (id: string, version: number) => Item;
}

async function decide(bench: Bench, dynamoDb: BenchDynamoDb): Promise<void> {
  const streams = bench.size(200, 40);
  const deciders = [
    await rawDecider(dynamoDb, streams),
    await ourDecider(dynamoDb, streams, CACHED, 'state from memory, contract, hash chain, commitId, pending mark', 1_000),
    await ourDecider(dynamoDb, streams, FRESH, 'newest page read and checked, contract, hash chain, commitId, pending mark', 0),
    ...(await castoreDecider(bench, dynamoDb, streams)),
  ];
  for (const { name, prepare, decide: once, ids, versionOf, table, keyOf } of deciders) {
    await bench.gate(`${name}: the decision of a stream of ${EVENTS} is its event ${EVENTS + 1}`, async () => {
      await prepare();
      const id = ids[0] ?? '';
      await once(id);
      const version = await versionOf(id);
      if (version !== EVENTS + 1) throw new Error(`the stream stands at ${version}`);
      await dynamoDb.remove(table, [keyOf(id, version)]);
    });
  }
  for (const clients of [1, 16]) {
    const at = `decide on streams of ${EVENTS}, ${clients} client${clients > 1 ? 's' : ''}`;
    const row = await bench.table(
      at,
      deciders.map((decider) => variant(dynamoDb, decider, clients)),
    );
    bench.ratioGoal(`${at} / raw Query and PutItem`, row(CACHED), row(RAW));
    bench.ratioGoal(`${at}, nothing cached / raw Query and PutItem`, row(FRESH), row(RAW));
    if (deciders.some(({ name }) => name === CASTORE)) {
      bench.ratioGoal(`${at} / Castore`, row(CACHED), row(CASTORE), 2, 3);
      bench.ratioGoal(`${at}, nothing cached / Castore`, row(FRESH), row(CASTORE));
    }
  }
  bench.gates.push({ name: 'every decision that was acknowledged is in its stream, every round', passed: true });
}

/** The streams are cut back to their twenty events after each round: longer ones would change the work. */
function variant(
  dynamoDb: BenchDynamoDb,
  { name, includes, table, ids, prepare, decide: once, versionOf, keyOf }: Decider,
  clients: number,
): Variant {
  const decided = new Map<string, number>();
  return {
    name,
    includes,
    before: async () => {
      decided.clear();
      await prepare();
    },
    run: (ms) => {
      let turn = 0;
      return closedLoop(clients, ms, async () => {
        const id = ids[turn++ % ids.length] ?? '';
        await once(id);
        decided.set(id, (decided.get(id) ?? 0) + 1);
      });
    },
    after: async () => {
      const added: Item[] = [];
      for (const [id, count] of decided) {
        for (let version = EVENTS + 1; version <= EVENTS + count; version++) added.push(keyOf(id, version));
      }
      for (const [id, count] of [...decided].slice(0, 10)) {
        const version = await versionOf(id);
        if (version !== EVENTS + count)
          throw new Error(`${name}: ${count} decisions were acknowledged, the stream is at ${version}`);
      }
      await dynamoDb.remove(table, added);
    },
  };
}

async function ourStreams(dynamoDb: BenchDynamoDb, streams: number): Promise<{ table: string; ids: string[] }> {
  const table = await dynamoDb.table();
  const ids = Array.from({ length: streams }, () => uuidv4());
  for (const id of ids) await dynamoDb.write(table, await itemsOf(id, { events: EVENTS, perCommit: 1 }));
  return { table, ids };
}

const ourKey = (id: string, version: number): Item => ({ PK: { S: `PAYMENT#${id}` }, SK: { S: commitSortKey(version) } });

async function rawDecider(dynamoDb: BenchDynamoDb, streams: number): Promise<Decider> {
  const { client } = dynamoDb;
  const { table, ids } = await ourStreams(dynamoDb, streams);
  return {
    name: RAW,
    includes: 'the same items, JSON.parse, conditional put of the last one again; nothing checked, hashed or serialized',
    table,
    ids,
    prepare: async () => undefined,
    decide: async (id) => {
      const items = await stored(client, table, id);
      const events = items.map((item): unknown[] => [
        JSON.parse(item['payload']?.S ?? ''),
        JSON.parse(item['metadata']?.S ?? ''),
      ]);
      const version = events.length + 1;
      const item = { ...items.at(-1), ...ourKey(id, version), version: { N: String(version) } };
      await client.send(new PutItemCommand({ TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(PK)' }));
    },
    versionOf: async (id) => (await stored(client, table, id)).length,
    keyOf: ourKey,
  };
}

async function stored(client: DynamoDBClient, table: string, id: string): Promise<Item[]> {
  const { Items: items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': { S: `PAYMENT#${id}` } },
      ConsistentRead: true,
    }),
  );
  return items;
}

async function ourDecider(
  dynamoDb: BenchDynamoDb,
  streams: number,
  name: string,
  includes: string,
  cached: number,
): Promise<Decider> {
  const { table, ids } = await ourStreams(dynamoDb, streams);
  const store = eventStore(dynamoDb.ours, table);
  let repository: Repository = new EventSourcedRepository(store, StoredPayment, { cached });
  return {
    name,
    includes,
    table,
    ids,
    prepare: async () => {
      repository = new EventSourcedRepository(store, StoredPayment, { cached });
      if (cached > 0) for (const id of ids) await repository.get(id);
    },
    decide: (id) => asRequest(() => repository.change(id, (payment) => payment.note())),
    versionOf: async (id) => (await repository.get(id)).streamVersion,
    keyOf: ourKey,
  };
}

async function castoreDecider(bench: Bench, dynamoDb: BenchDynamoDb, streams: number): Promise<Decider[]> {
  const peer = await castore(bench);
  if (peer === undefined) return [];
  const table = await dynamoDb.table(peer.table);
  const store: CastoreStore = peer.open(dynamoDb.client, table);
  const ids = Array.from({ length: streams }, () => uuidv4());
  await Promise.all(
    ids.map(async (id) => {
      for (const [at, event] of peerEvents(id, EVENTS).entries()) await store.push(id, at + 1, event);
    }),
  );
  return [
    {
      name: CASTORE,
      includes: 'Query, unmarshalled, folded, conditional put; no contract, no hash, no feed',
      table,
      ids,
      prepare: async () => undefined,
      decide: async (id) => {
        const { version } = await store.load(id);
        const [, note] = peerEvents(id, 2);
        if (note !== undefined) await store.push(id, version + 1, note);
      },
      versionOf: async (id) => (await store.load(id)).version,
      keyOf: (id, version) => ({ aggregateId: { S: `PAYMENT#${id}` }, version: { N: String(version) } }),
    },
  ];
}

await runProgram('decide', (bench) => BenchDynamoDb.use(bench, (dynamoDb) => decide(bench, dynamoDb)));
