import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startLocalAws, type LocalAws } from '@edtech/local-aws';
import type { QueryResultRow } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { retryThenPark } from '../../src/application/failure-policy.ts';
import type { StreamName } from '../../src/application/event-store.ts';
import { Projection, type ProjectionWriter } from '../../src/application/projection.ts';
import type { RecordedEvent } from '../../src/domain/recorded-event.ts';
import { EventBridgePublisher } from '../../src/infrastructure/event-bridge/event-bridge.publisher.ts';
import { EventStoreRelay } from '../../src/infrastructure/event-store/event-store.relay.ts';
import { EventStoreService } from '../../src/infrastructure/event-store/event-store.service.ts';
import type { EventTable } from '../../src/infrastructure/event-store/event-table.ts';
import { ProjectionConsumer } from '../../src/infrastructure/projections/projection-consumer.ts';
import { RebuildWorker } from '../../src/infrastructure/projections/rebuild-worker.ts';
import { Replica } from '../feed.fixture.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { reaction } from '../lamp-world.fixture.ts';
import { asRequest, lampContracts, LampBought, LampLit } from '../lamps.fixture.ts';
import { openBus } from '../verify/verify.fixture.ts';
import { createEventTable, dynamoDbClient } from './event-tables.fixture.ts';
import { TestClock } from '../../src/infrastructure/event-store/event-store.contract.ts';

/** How often each lamp was lit. */
export class Brightness extends Projection {
  override readonly name = 'lamp-service.brightness';
  override readonly tables = ['brightness'];
  override readonly events: readonly string[] = ['lamp.bought', 'lamp.lit'];

  override async project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void> {
    await write.query({
      text: `INSERT INTO brightness AS row (lamp_id, lit) SELECT id, sum(lit) FROM unnest($1::text[], $2::int[]) AS seen (id, lit) GROUP BY id
             ON CONFLICT (lamp_id) DO UPDATE SET lit = row.lit + excluded.lit`,
      values: [events.map(({ aggregateId }) => aggregateId), events.map(({ eventName }) => (eventName === 'lamp.lit' ? 1 : 0))],
    });
  }
}

/** A service whose lamps live in an event store: DynamoDB of local-aws, and a database with the log; fresh for each test of a file. */
export class StoredLamps {
  #aws: LocalAws | undefined;
  #client: DynamoDBClient | undefined;
  #db: KernelDatabase | undefined;
  #table: { name: string; table: EventTable } | undefined;
  readonly #replicas = new Set<Replica>();
  clock = new TestClock();
  /** Ids of the events that the reaction has handled, in order. */
  readonly handled: string[] = [];
  readonly bus = openBus();

  static forEachTest(): StoredLamps {
    const self = new StoredLamps();
    beforeAll(async () => {
      self.#aws = await startLocalAws({ port: 0 });
      self.#client = dynamoDbClient(self.#aws.url);
    });
    beforeEach(async () => {
      self.#db = await kernelDatabase();
      await self.sql('CREATE TABLE brightness (lamp_id text PRIMARY KEY, lit int NOT NULL)');
      self.#table = await createEventTable(self.client);
      self.clock = new TestClock();
      self.clock.set(new Date().toISOString());
      self.handled.length = self.bus.sent.length = 0;
    });
    afterEach(async () => {
      for (const replica of self.#replicas) await self.stop(replica);
      await self.db.close();
    });
    afterAll(async () => {
      self.#client?.destroy();
      await self.#aws?.close();
    });
    return self;
  }

  get db(): KernelDatabase {
    return required(this.#db);
  }

  get client(): DynamoDBClient {
    return required(this.#client);
  }

  get awsUrl(): string {
    return required(this.#aws).url;
  }

  get tableName(): string {
    return required(this.#table).name;
  }

  get table(): EventTable {
    return required(this.#table).table;
  }

  get store(): EventStoreService {
    return new EventStoreService(this.table, lampContracts, this.clock);
  }

  async sql<R extends QueryResultRow>(text: string): Promise<R[]> {
    return (await this.db.database.query<R>({ text })).rows;
  }

  /** In one commit; the first event of a lamp is that it was bought. */
  async append(id: string, events: number): Promise<void> {
    const { store } = this;
    await asRequest(async () => {
      const expected = await store.position(lamp(id));
      const first = expected.version === 0 ? [new LampBought({ lampId: id, name: id })] : [];
      const lit = Array.from({ length: events - first.length }, (_, n) => new LampLit({ lampId: id, lumen: n }));
      await store.append(lamp(id), [...first, ...lit], { expected, commitId: `${id}-${expected.version}` });
    });
  }

  /** Publisher, one reaction, one read model; the relay has its turn in `work`. */
  start(handle: (event: RecordedEvent) => Promise<void> = async ({ eventId }) => void this.handled.push(eventId)): Replica {
    const { unitOfWork, parkingLot, database } = new Replica(this.db.url, []);
    const policy = retryThenPark({ baseMs: 1 });
    const replica = new Replica(
      this.db.url,
      [reaction(handle, { effect: 'database' })],
      [
        new EventBridgePublisher('lamp-service', this.bus.put, lampContracts),
        new ProjectionConsumer(new Brightness(), { contracts: lampContracts, unitOfWork, parkingLot, policy }),
      ],
    ).start();
    this.#replicas.add(replica);
    const stop = replica.stop.bind(replica);
    replica.stop = async () => {
      await stop();
      await database.close();
    };
    return replica;
  }

  async stop(replica: Replica): Promise<void> {
    if (this.#replicas.delete(replica)) await replica.stop();
  }

  relay({ unitOfWork, database, signal }: Replica): EventStoreRelay {
    return new EventStoreRelay(this.store, database, unitOfWork, signal, { name: 'lamp-service.relay' });
  }

  /** Copies what is pending, builds the read models that are to be built, and waits until everything came to rest. */
  async work(replica: Replica): Promise<void> {
    await this.relay(replica).turn(new AbortController().signal);
    await replica.settle();
    const { database, unitOfWork, leases } = replica;
    const rebuilds = new RebuildWorker([new Brightness()], database, unitOfWork, lampContracts, leases);
    while (await rebuilds.step());
  }

  /** As a service that starts, does what there is to do, and stops. */
  async workOnce(): Promise<void> {
    const replica = this.start();
    await this.work(replica);
    await this.stop(replica);
  }

  async stored(...ids: string[]): Promise<string[]> {
    const hashes: string[] = [];
    for (const id of ids) for await (const { hash } of this.store.readStored(lamp(id))) hashes.push(hash);
    return hashes;
  }

  async logged(...ids: string[]): Promise<string[]> {
    const rows = await this.sql<{ aggregate_id: string; hash: string }>(
      'SELECT aggregate_id, hash FROM domain_events ORDER BY stream_version',
    );
    return ids.flatMap((id) => rows.filter((row) => row.aggregate_id === id).map(({ hash }) => hash));
  }

  /** Everything of the log and of where its readers stand. */
  async feed(): Promise<object> {
    return {
      log: await this.sql(
        'SELECT position, event_id, aggregate_id, stream_version, payload, prev_hash, hash FROM domain_events ORDER BY position',
      ),
      head: await this.sql('SELECT position FROM feed_head'),
      readers: await this.sql('SELECT name, checkpoint, state FROM subscriptions ORDER BY name'),
      taken: await this.sql('SELECT subscription, event_name, since_position FROM subscription_events ORDER BY 1, 2'),
      inbox: await this.sql('SELECT subscription, event_id FROM inbox ORDER BY 1, 2'),
    };
  }

  async brightness(): Promise<Record<string, number>> {
    const rows = await this.sql<{ lamp_id: string; lit: number }>('SELECT lamp_id, lit FROM brightness ORDER BY lamp_id');
    return Object.fromEntries(rows.map(({ lamp_id: id, lit }) => [id, lit]));
  }
}

export function lamp(aggregateId: string): StreamName {
  return { aggregateType: 'Lamp', aggregateId };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('no test is running');
  return value;
}
