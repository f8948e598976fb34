import {
  AggregateRoot,
  AggregateTable,
  BaseDomainEvent,
  EventContracts,
  inMessageContext,
  positionOf,
  streamColumns,
  type EventContract,
  type StreamPosition,
  type UnitOfWork,
  type When,
} from '@edtech/shared-kernel';
import { eq } from 'drizzle-orm';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { EVENT_COLUMNS } from '../kernel.ts';

const PaymentSchema = z.strictObject({
  paymentId: z.string().min(1),
  bookingId: z.string().min(1),
  studentId: z.string().min(1),
  tutorId: z.string().min(1),
  amount: z.strictObject({ value: z.string().regex(/^\d+$/), currency: z.string().length(3) }),
  method: z.enum(['card', 'transfer']),
  description: z.string().max(500),
});
type PaymentPayload = z.output<typeof PaymentSchema>;

const IDS = { bookingId: uuidv4(), studentId: uuidv4(), tutorId: uuidv4() };

/** 441 bytes of JSON for an id of 36 characters. */
export function paymentPayload(paymentId: string): PaymentPayload {
  return {
    paymentId,
    ...IDS,
    amount: { value: '4500', currency: 'EUR' },
    method: 'card',
    description:
      'Lesson in mathematics, analysis and linear algebra, sixty minutes, online, with shared notes and a recording'.padEnd(
        162,
        '.',
      ),
  };
}

export class PaymentCreated extends BaseDomainEvent<PaymentPayload> {
  static override readonly EVENT_NAME = 'payment.created';
}
export class PaymentNoted extends BaseDomainEvent<PaymentPayload> {
  static override readonly EVENT_NAME = 'payment.noted';
}

function contract(name: string): EventContract<PaymentPayload> {
  return {
    name,
    producer: 'payment-service',
    aggregateType: 'Payment',
    schemaVersion: 1,
    scope: 'integration',
    personal: [],
    about: (payload) => payload.studentId,
    parse: (payload) => PaymentSchema.parse(payload),
    read: (_version, payload) => PaymentSchema.parse(payload),
  };
}
export const paymentContracts: EventContracts = new EventContracts([contract('payment.created'), contract('payment.noted')]);

export class Payment extends AggregateRoot<typeof PaymentCreated | typeof PaymentNoted> {
  static override readonly AGGREGATE_TYPE = 'Payment';
  id = '';
  notes = 0;

  protected readonly when: When<typeof PaymentCreated | typeof PaymentNoted> = {
    'payment.created': ({ paymentId }) => {
      this.id = paymentId;
    },
    'payment.noted': () => {
      this.notes++;
    },
  };

  static create(id: string): Payment {
    const payment = new Payment();
    payment.record(new PaymentCreated(paymentPayload(id)));
    return payment;
  }

  static rehydrate(id: string, notes: number, position: StreamPosition): Payment {
    const payment = new Payment();
    payment.id = id;
    payment.notes = notes;
    payment.standAt(position);
    return payment;
  }

  note(): void {
    this.record(new PaymentNoted(paymentPayload(this.id)));
  }
}

const payments = pgTable('payments', { id: text('id').primaryKey(), notes: integer('notes').notNull(), ...streamColumns });
export const CREATE_PAYMENTS =
  'CREATE TABLE payments (id text PRIMARY KEY, notes int NOT NULL, stream_version int NOT NULL, stream_hash text NOT NULL, recorded_at timestamptz NOT NULL)';

export class PaymentRepository {
  readonly #table = new AggregateTable(payments);

  constructor(private readonly unitOfWork: UnitOfWork) {}

  async get(id: string): Promise<Payment> {
    const db = await this.unitOfWork.reading();
    const [row] = await db.select().from(payments).where(eq(payments.id, id));
    if (row === undefined) throw new Error(`payment ${id} does not exist; the program creates it first`);
    return Payment.rehydrate(row.id, row.notes, positionOf(row));
  }

  async save(payment: Payment): Promise<void> {
    await this.unitOfWork.save(payment, 'Payment', this.#table, { id: payment.id, notes: payment.notes });
  }
}

export function asRequest<T>(work: () => T): T {
  const context = { messageId: uuidv7(), correlationId: uuidv4(), actor: { id: IDS.studentId, type: 'user' } as const };
  return inMessageContext(context, work);
}

const HASH = 'f'.repeat(64);
const ACTOR = JSON.stringify({ id: IDS.studentId, type: 'user' });
const PAYLOAD = JSON.stringify(paymentPayload(uuidv4()));

export const INSERT_EVENT: string = `INSERT INTO domain_events (${EVENT_COLUMNS}) VALUES (${placeholders(1, 16)})`;

export function placeholders(from: number, count: number): string {
  return Array.from({ length: count }, (_, index) => `$${from + index}`).join(', ');
}

/** The columns of an event row with nothing checked, hashed or serialized. */
export function bareEvent(aggregateType: string, id: string, version = 1): unknown[] {
  const now = new Date().toISOString();
  return [
    uuidv7(),
    'payment.created',
    1,
    aggregateType,
    id,
    version,
    now,
    now,
    id,
    id,
    IDS.studentId,
    ACTOR,
    null,
    PAYLOAD,
    HASH,
    HASH,
  ];
}
