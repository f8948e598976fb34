import {
  dynamoDbEventTable,
  EventSourcedAggregate,
  EventStoreService,
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

/** Appends events until the stream holds `upTo`, `perCommit` at a time; answers where it stands. */
export async function fillStream(
  store: EventStoreService,
  id: string,
  { from, upTo, perCommit }: { from?: StreamPosition; upTo: number; perCommit: number },
): Promise<StreamPosition | undefined> {
  let position = from;
  while ((position?.version ?? 0) < upTo) {
    const version = position?.version ?? 0;
    const count = Math.min(perCommit, upTo - version);
    const events =
      version === 0 ? firstEvents(id, count) : Array.from({ length: count }, () => new PaymentNoted(paymentPayload(id)));
    const expected = position ?? 'no-stream';
    position = await asRequest(() => store.append(paymentStream(id), events, { expected, commitId: uuidv4() }));
  }
  return position;
}

/** The item that an append of these events puts. */
export async function itemOf(id: string, count: number): Promise<Item> {
  const table = new InMemoryEventTable();
  const store = new EventStoreService(table, paymentContracts, new SystemClock());
  await asRequest(() => store.append(paymentStream(id), firstEvents(id, count), { expected: 'no-stream', commitId: uuidv4() }));
  for await (const partition of table.partitions()) {
    for await (const [item] of table.query(partition[0] ?? '', { from: 'EVENT#', to: 'EVENT#:' }))
      if (item !== undefined) return item;
  }
  throw new Error('the append put no item');
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
