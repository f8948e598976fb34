import { eq } from 'drizzle-orm';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { EventContract } from '../src/application/event-contract.ts';
import { EventContracts } from '../src/application/event-contract.ts';
import { inMessageContext } from '../src/application/message-context.ts';
import { AggregateRoot, BaseDomainEvent, DomainError, type StreamPosition, type When } from '../src/domain/index.ts';
import { AggregateTable, positionOf, streamColumns } from '../src/infrastructure/database/aggregate-table.ts';
import type { UnitOfWork } from '../src/infrastructure/database/unit-of-work.ts';

/** A tiny aggregate for the kernel's own tests: lamps with a unique name. */
export class LampBought extends BaseDomainEvent<{ lampId: string; name: string }> {
  static override readonly EVENT_NAME = 'lamp.bought';
}
export class LampLit extends BaseDomainEvent<{ lampId: string; lumen: number }> {
  static override readonly EVENT_NAME = 'lamp.lit';
}
export class NameTaken extends DomainError {
  readonly code = 'NAME_TAKEN';
}

export function lampContract(name: string, scope: 'integration' | 'local' = 'integration'): EventContract<{ lampId: string }> {
  const accept = (payload: unknown): { lampId: string } => {
    if (typeof payload !== 'object' || payload === null || !('lampId' in payload) || typeof payload.lampId !== 'string') {
      throw Object.assign(new Error(`${name} needs a lampId`), { code: 'CONTRACT_VIOLATION' });
    }
    return { ...payload, lampId: payload.lampId };
  };
  return {
    name,
    producer: 'lamp-service',
    aggregateType: 'Lamp',
    schemaVersion: 1,
    scope,
    personal: [],
    about: (payload) => payload.lampId,
    parse: accept,
    read: (_version, payload) => accept(payload),
  };
}
export const lampContracts: EventContracts = new EventContracts([lampContract('lamp.bought'), lampContract('lamp.lit')]);

export class Lamp extends AggregateRoot<typeof LampBought | typeof LampLit> {
  static override readonly AGGREGATE_TYPE = 'Lamp';
  id = '';
  name = '';
  lumen = 0;

  protected readonly when: When<typeof LampBought | typeof LampLit> = {
    'lamp.bought': ({ lampId, name }) => {
      this.id = lampId;
      this.name = name;
    },
    'lamp.lit': ({ lumen }) => {
      this.lumen = lumen;
    },
  };

  static buy(lampId: string, name: string): Lamp {
    const lamp = new Lamp();
    lamp.record(new LampBought({ lampId, name }));
    return lamp;
  }
  static rehydrate(row: { id: string; name: string; lumen: number }, position: StreamPosition): Lamp {
    const lamp = new Lamp();
    Object.assign(lamp, { id: row.id, name: row.name, lumen: row.lumen });
    lamp.standAt(position);
    return lamp;
  }
  light(lumen: number): void {
    this.record(new LampLit({ lampId: this.id, lumen }));
  }
}

export const lamps = pgTable('lamps', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  lumen: integer('lumen').notNull(),
  ...streamColumns,
});
export const CREATE_LAMPS =
  'CREATE TABLE lamps (id text PRIMARY KEY, name text NOT NULL UNIQUE, lumen int NOT NULL, stream_version int NOT NULL, stream_hash text NOT NULL, recorded_at timestamptz NOT NULL)';

export class LampRepository {
  readonly #table = new AggregateTable(lamps);
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async get(id: string): Promise<Lamp> {
    const db = await this.unitOfWork.reading();
    const [row] = await db.select().from(lamps).where(eq(lamps.id, id));
    if (row === undefined) throw new Error(`no lamp ${id}`);
    return Lamp.rehydrate(row, positionOf(row));
  }
  async save(lamp: Lamp): Promise<void> {
    await this.unitOfWork.save(
      lamp,
      'Lamp',
      this.#table,
      { id: lamp.id, name: lamp.name, lumen: lamp.lumen },
      async () => new NameTaken('a lamp has this name'),
    );
  }
}

export function asRequest<T>(work: () => T, correlationId = 'corr-1'): T {
  return inMessageContext({ messageId: 'request-1', correlationId, actor: { id: 'u-1', type: 'user' } }, work);
}
