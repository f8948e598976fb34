import {
  dynamoDbEventTable,
  EventSourcedAggregate,
  EventSourcedRepository,
  EventStoreService,
  NO_STREAM,
  SystemClock,
  type HistoricalEvent,
  type StreamName,
  type StreamPosition,
  type When,
} from '@edtech/shared-kernel';
import { InMemoryEventTable } from '@edtech/shared-kernel/testing';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { v4 as uuidv4 } from 'uuid';
import { asRequest, PaymentCreated, PaymentNoted, paymentContracts, paymentPayload } from './payments.ts';
import type { PeerEvent } from './peers.ts';

export type Item = Record<string, AttributeValue>;

interface PaymentState {
  readonly id: string;
  readonly notes: number;
}

/** A payment whose events are its only truth. */
export class StoredPayment extends EventSourcedAggregate<typeof PaymentCreated | typeof PaymentNoted, PaymentState> {
  static override readonly AGGREGATE_TYPE = 'Payment';
  protected override readonly beginsWith = 'payment.created';
  protected override state: PaymentState = { id: '', notes: 0 };

  protected override readonly when: When<typeof PaymentCreated | typeof PaymentNoted> = {
    'payment.created': ({ paymentId }) => {
      this.state = { ...this.state, id: paymentId };
    },
    'payment.noted': () => {
      this.state = { ...this.state, notes: this.state.notes + 1 };
    },
  };

  static create(id: string): StoredPayment {
    const payment = new StoredPayment();
    payment.record(new PaymentCreated(paymentPayload(id)));
    return payment;
  }

  static fromHistory(events: Iterable<HistoricalEvent>): StoredPayment {
    return new StoredPayment().replay(events);
  }

  static fromSnapshot(state: PaymentState, position: StreamPosition, tail: Iterable<HistoricalEvent>): StoredPayment {
    return new StoredPayment().restore(state, position).replay(tail);
  }

  get id(): string {
    return this.state.id;
  }

  get notes(): number {
    return this.state.notes;
  }

  note(): void {
    this.record(new PaymentNoted(paymentPayload(this.id)));
  }
}

export function paymentStream(aggregateId: string): StreamName {
  return { aggregateType: 'Payment', aggregateId };
}

export function eventStore(client: DynamoDBClient, tableName: string): EventStoreService {
  return new EventStoreService(dynamoDbEventTable(client, tableName), paymentContracts, new SystemClock());
}

/** The first `count` events of a payment. */
export function firstEvents(id: string, count: number): (PaymentCreated | PaymentNoted)[] {
  return Array.from({ length: count }, (_, at) =>
    at === 0 ? new PaymentCreated(paymentPayload(id)) : new PaymentNoted(paymentPayload(id)),
  );
}

/** The sort key of the commit that begins with this version. */
export function commitSortKey(version: number): string {
  return `EVENT#${String(version).padStart(12, '0')}`;
}

/** The item that an append of these events puts. */
export async function itemOf(id: string, count: number): Promise<Item> {
  const [item] = await itemsOf(id, { events: count, perCommit: count });
  if (item === undefined) throw new Error('the append put no item');
  return item;
}

/** All items of a stream that the event store has written; with a snapshot if so many events are to follow it. */
export async function itemsOf(
  id: string,
  { events, perCommit, afterSnapshot }: { events: number; perCommit: number; afterSnapshot?: number },
): Promise<Item[]> {
  const table = new InMemoryEventTable();
  const store = new EventStoreService(table, paymentContracts, new SystemClock());
  const snapshotAt = events - (afterSnapshot ?? events);
  const before = snapshotAt > 1 ? await appendUpTo(store, id, NO_STREAM, snapshotAt - 1, perCommit) : NO_STREAM;
  const from = snapshotAt > 1 ? await noteWithSnapshot(store, id) : before;
  await appendUpTo(store, id, from, events, perCommit);
  return allItems(table);
}

async function appendUpTo(
  store: EventStoreService,
  id: string,
  from: StreamPosition,
  events: number,
  perCommit: number,
): Promise<StreamPosition> {
  let position = from;
  while (position.version < events) {
    const count = Math.min(perCommit, events - position.version);
    const isNew = position.version === 0;
    const next = isNew ? firstEvents(id, count) : Array.from({ length: count }, () => new PaymentNoted(paymentPayload(id)));
    const expected = isNew ? 'no-stream' : position;
    position = await asRequest(() => store.append(paymentStream(id), next, { expected, commitId: uuidv4() }));
  }
  return position;
}

/** Saves one more event through the repository, which takes the snapshot under the name of its own fold. */
async function noteWithSnapshot(store: EventStoreService, id: string): Promise<StreamPosition> {
  const repository = new EventSourcedRepository(store, StoredPayment, { snapshotEvery: 1 });
  const { position } = await asRequest(() => repository.change(id, (payment) => payment.note()));
  await repository.idle();
  return position;
}

async function allItems(table: InMemoryEventTable): Promise<Item[]> {
  const items: Item[] = [];
  for await (const partitions of table.partitions()) {
    for (const partition of partitions) {
      for await (const page of table.query(partition, { from: '', to: '~' })) items.push(...page);
    }
  }
  return items;
}

/** The same events for a store that has an envelope of its own. */
export function peerEvents(id: string, count: number): PeerEvent[] {
  const metadata = { correlationId: uuidv4(), causationId: uuidv4(), userId: paymentPayload(id).studentId };
  return Array.from({ length: count }, (_, at) => ({
    type: at === 0 ? 'payment.created' : 'payment.noted',
    payload: paymentPayload(id),
    metadata,
  }));
}
