import { GetItemCommand, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConcurrencyConflict, NO_STREAM, type EventStoreService } from '@edtech/shared-kernel';
import { v4 as uuidv4 } from 'uuid';
import { closedLoop } from './harness/closed-loop.ts';
import { BenchDynamoDb, type Units } from './harness/dynamodb.ts';
import type { Variant } from './harness/measure.ts';
import { asRequest } from './harness/payments.ts';
import { castore, type CastoreStore } from './harness/peers.ts';
import { print, type Bench } from './harness/program.ts';
import { eventStore, firstEvents, itemOf, paymentStream, peerEvents, type Item } from './harness/stored-payments.ts';

const CLIENTS = [1, 16, 64];
const READ_BACK = 20;

/** How one of the stores appends the first events of a new stream, and reads how many it holds. */
interface Appender {
  readonly name: string;
  readonly includes: string;
  readonly append: (id: string) => Promise<unknown>;
  readonly stored: (id: string) => Promise<number>;
  readonly units: Units;
}

export async function appendOnDynamoDb(bench: Bench, dynamoDb: BenchDynamoDb): Promise<void> {
  const table = await dynamoDb.table();
  const store = eventStore(dynamoDb.ours, table);
  await ourGates(bench, store);
  await bench.gateOfFloor('raw PutItem: two appends of one version, exactly one wins', async () => {
    const item = await itemOf(uuidv4(), 1);
    await exactlyOne(putRaw(dynamoDb.client, table, item), putRaw(dynamoDb.client, table, item));
  });
  const peer = await castore(bench);
  const peerTable = peer === undefined ? '' : await dynamoDb.table(peer.table);
  const openPeer = (client: DynamoDBClient): CastoreStore | undefined => peer?.open(client, peerTable);
  const gates = await castoreGates(bench, openPeer(dynamoDb.client));

  for (const events of [1, 10]) {
    const item = await itemOf(uuidv4(), events);
    const appenders = [
      await appender(dynamoDb, {
        name: 'raw PutItem',
        includes:
          'the same item, built before; conditional; nothing checked, hashed or serialized; the client as the SDK makes it',
        append: (client, id) => putRaw(client, table, { ...item, PK: { S: `PAYMENT#${id}` }, aggregateId: { S: id } }),
        stored: (id) => storedRaw(dynamoDb.client, table, id),
      }),
      await appender(dynamoDb, {
        name: 'EventStoreService.append',
        includes: 'contract, version check, hash chain, commitId, pending mark',
        append: (client, id) => appendOurs(client === dynamoDb.client ? store : eventStore(client, table), id, events),
        stored: async (id) => (await store.readStream(paymentStream(id)).all()).length,
      }),
      ...(await castoreAppenders(dynamoDb, openPeer, events, gates)),
    ];
    const [, mine] = appenders;
    const kib = Math.ceil(bytesOf(item) / 1_024);
    bench.goal({
      name: `append DynamoDB, ${eventsOf(events)}: table write units over ${kib} KiB`,
      value: (mine?.units.table ?? 0) - kib,
      unit: 'count',
      better: 'lower',
      must: 0,
    });
    for (const clients of CLIENTS) await measureAppends(bench, appenders, events, clients);
  }
}

async function measureAppends(bench: Bench, appenders: readonly Appender[], events: number, clients: number): Promise<void> {
  const at = `append DynamoDB, ${eventsOf(events)}, ${clients} client${clients > 1 ? 's' : ''}`;
  const row = await bench.table(
    at,
    appenders.map((each) => variant(each, events, clients)),
  );
  bench.gates.push({ name: `${at}: what was acknowledged is read back`, passed: true });
  const mine = row('EventStoreService.append');
  bench.ratioGoal(`${at} / raw PutItem`, mine, row('raw PutItem'), 0.9, ...(events === 1 ? [1.5] : []));
  const names = appenders.map(({ name }) => name);
  if (names.includes('Castore pushEvent') && events === 1)
    bench.ratioGoal(`${at} / Castore`, mine, row('Castore pushEvent'), clients === 1 ? undefined : 1.2);
  if (names.includes('Castore pushEventGroup'))
    bench.ratioGoal(`${at} / Castore group`, mine, row('Castore pushEventGroup'), 5, 8);
  if (names.includes('Castore pushEvent, one by one'))
    bench.ratioGoal(`${at} / Castore one by one, not atomic`, mine, row('Castore pushEvent, one by one'));
}

function variant({ name, includes, append, stored, units }: Appender, events: number, clients: number): Variant {
  let appended: string[] = [];
  return {
    name,
    includes,
    before: async () => {
      appended = [];
    },
    run: async (ms) => {
      const sample = await closedLoop(clients, ms, async () => {
        const id = uuidv4();
        await append(id);
        appended.push(id);
      });
      const { table, index } = units;
      return {
        ...sample,
        counts: { 'table write units/op': table, ...(index === undefined ? {} : { 'index write units/op': index }) },
      };
    },
    after: async () => {
      const every = Math.max(1, Math.floor(appended.length / READ_BACK));
      for (const id of appended.filter((_, at) => at % every === 0)) {
        const found = await stored(id);
        if (found !== events) throw new Error(`${name}: ${events} events were acknowledged, ${found} are stored`);
      }
    },
  };
}

async function appender(
  dynamoDb: BenchDynamoDb,
  {
    append,
    ...rest
  }: Omit<Appender, 'append' | 'units'> & {
    readonly append: (client: DynamoDBClient, id: string) => Promise<unknown>;
  },
): Promise<Appender> {
  const units = await dynamoDb.unitsOf((client) => append(client, uuidv4()));
  return { ...rest, units, append: (id) => append(dynamoDb.client, id) };
}

async function castoreAppenders(
  dynamoDb: BenchDynamoDb,
  open: (client: DynamoDBClient) => CastoreStore | undefined,
  events: number,
  { counts, gaps, groups }: CastoreGates,
): Promise<Appender[]> {
  const own = open(dynamoDb.client);
  if (own === undefined || !counts) return [];
  const stored = async (id: string): Promise<number> => (await own.load(id)).version;
  const storeOf = (client: DynamoDBClient): CastoreStore => (client === dynamoDb.client ? own : (open(client) ?? own));
  const oneByOne = await appender(dynamoDb, {
    name: events === 1 ? 'Castore pushEvent' : 'Castore pushEvent, one by one',
    includes:
      events === 1
        ? `map item, conditional${gaps ? ', gaps accepted' : ''}; no contract, no hash, no feed`
        : 'not atomic: ten conditional puts',
    append: async (client, id) => {
      const store = storeOf(client);
      for (const [at, event] of peerEvents(id, events).entries()) await store.push(id, at + 1, event);
    },
    stored,
  });
  if (events === 1 || !groups) return [oneByOne];
  const group = await appender(dynamoDb, {
    name: 'Castore pushEventGroup',
    includes: 'TransactWriteItems of ten map items; no contract, no hash, no feed',
    append: (client, id) => storeOf(client).pushGroup(id, 1, peerEvents(id, events)),
    stored,
  });
  return [oneByOne, group];
}

async function ourGates(bench: Bench, store: EventStoreService): Promise<void> {
  await bench.gate(
    'EventStoreService: two appends of one version, exactly one wins, batches of different sizes too',
    async () => {
      const id = uuidv4();
      const lost = await exactlyOne(appendOurs(store, id, 1), appendOurs(store, id, 3));
      if (!(lost instanceof ConcurrencyConflict)) throw new Error(`the loser got ${String(lost)}`);
    },
  );
  await bench.gate('EventStoreService: a second create fails, a repeated one answers the first', async () => {
    const id = uuidv4();
    const commitId = uuidv4();
    const create = (commit: string) =>
      asRequest(() => store.append(paymentStream(id), firstEvents(id, 1), { expected: 'no-stream', commitId: commit }));
    const first = await create(commitId);
    const again = await create(commitId);
    if (again.hash !== first.hash) throw new Error('the repeated append answered another position');
    const second = await create(uuidv4()).then(
      () => 'won',
      (error: unknown) => error,
    );
    if (!(second instanceof ConcurrencyConflict)) throw new Error(`a second create: ${String(second)}`);
  });
  await bench.gate('EventStoreService: what is appended behind a gap is refused when it is read', async () => {
    const id = uuidv4();
    await appendOurs(store, id, 1);
    const expected = { ...NO_STREAM, version: 4, hash: 'f'.repeat(64) };
    await asRequest(() => store.append(paymentStream(id), firstEvents(id, 1), { expected, commitId: uuidv4() }));
    const read = await store
      .readStream(paymentStream(id))
      .all()
      .then(
        () => 'read',
        (error: unknown) => error,
      );
    if (!(read instanceof Error) || !('code' in read) || read.code !== 'BROKEN_STREAM') throw new Error(`a gap: ${String(read)}`);
  });
  await bench.gate('EventStoreService: ten events are read back complete, in order, and verify', async () => {
    const id = uuidv4();
    await appendOurs(store, id, 10);
    const versions = (await store.readStream(paymentStream(id)).all()).map((event) => event.streamVersion).join();
    if (versions !== '1,2,3,4,5,6,7,8,9,10') throw new Error(`the stream reads ${versions}`);
    await store.verify(paymentStream(id));
  });
}

interface CastoreGates {
  /** False: no ratio may be taken to it. */
  readonly counts: boolean;
  readonly gaps: boolean;
  /** Whether the endpoint has the transactions that a group needs. */
  readonly groups: boolean;
}

async function castoreGates(bench: Bench, store: CastoreStore | undefined): Promise<CastoreGates> {
  if (store === undefined) return { counts: false, gaps: false, groups: false };
  const push = (id: string, version: number) => store.push(id, version, { type: 'payment.created', payload: {}, metadata: {} });
  const counts = await bench.gateOfFloor('Castore: two appends of one version, exactly one wins', async () => {
    const id = uuidv4();
    await exactlyOne(push(id, 1), push(id, 1));
  });
  const gapped = uuidv4();
  await push(gapped, 1);
  const gaps = await push(gapped, 5).then(
    () => true,
    () => false,
  );
  const id = uuidv4();
  const groups = await store.pushGroup(id, 1, peerEvents(id, 2)).then(
    () => true,
    (error: unknown) => {
      const reason = error instanceof Error ? error.name : String(error);
      print(`skipped: Castore pushEventGroup: this endpoint has no TransactWriteItems (${reason})`);
      return false;
    },
  );
  return { counts, gaps, groups };
}

/** The reason of the one that lost. */
async function exactlyOne(...writes: Promise<unknown>[]): Promise<unknown> {
  const results = await Promise.allSettled(writes);
  const lost = results.filter((result) => result.status === 'rejected');
  if (lost.length !== writes.length - 1) throw new Error(`${writes.length - lost.length} of ${writes.length} were accepted`);
  return lost[0]?.reason;
}

function appendOurs(store: EventStoreService, id: string, events: number): Promise<unknown> {
  return asRequest(() => store.append(paymentStream(id), firstEvents(id, events), { expected: 'no-stream', commitId: uuidv4() }));
}

function putRaw(client: DynamoDBClient, table: string, item: Item): Promise<unknown> {
  return client.send(new PutItemCommand({ TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(PK)' }));
}

/** Not through the store: the hash of the copied item belongs to another stream, which it refuses. */
async function storedRaw(client: DynamoDBClient, table: string, id: string): Promise<number> {
  const Key = { PK: { S: `PAYMENT#${id}` }, SK: { S: 'EVENT#000000000001' } };
  const { Item: item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  if (item === undefined) return 0;
  const more: readonly unknown[] = JSON.parse(item['more']?.S ?? '[]');
  return 1 + more.length;
}

function bytesOf(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, { S: text, N: number }]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text ?? number ?? ''),
    0,
  );
}

function eventsOf(events: number): string {
  return events === 1 ? '1 event' : `${events} events`;
}
