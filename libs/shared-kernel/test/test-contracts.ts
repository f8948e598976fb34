import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { EventContracts, type EventContract } from '../src/application/event-contract.ts';
import type { StoredEvent } from '../src/application/stored-event.ts';

export interface LampBought {
  readonly ownerId: string;
  readonly colour: string;
}
export interface LampLit {
  readonly ownerId: string;
  readonly lumen: number;
}

class Broken extends Error {
  constructor(readonly code: 'CONTRACT_VIOLATION' | 'UNKNOWN_SCHEMA_VERSION') {
    super('the payload breaks its contract');
  }
}

function read<P>(schema: z.ZodType<P>, payload: unknown): P {
  const result = schema.safeParse(payload);
  if (!result.success) throw new Broken('CONTRACT_VIOLATION');
  return result.data;
}

const lampBoughtV1 = z.object({ ownerId: z.string() });
const lampBoughtV2 = z.object({ ownerId: z.string(), colour: z.string() });
const lampLit = z.object({ ownerId: z.string(), lumen: z.number() });

const lamp = { producer: 'lamp-service', aggregateType: 'Lamp', scope: 'integration', personal: [] } as const;

export const LampBought: EventContract<LampBought> = {
  ...lamp,
  name: 'lamp.bought',
  schemaVersion: 2,
  about: (payload) => payload.ownerId,
  parse: (payload) => read(lampBoughtV2, payload),
  read: (version, payload) => {
    if (version === 1) return { ...read(lampBoughtV1, payload), colour: 'white' };
    if (version === 2) return read(lampBoughtV2, payload);
    throw new Broken('UNKNOWN_SCHEMA_VERSION');
  },
};
export const LampLit: EventContract<LampLit> = {
  ...lamp,
  name: 'lamp.lit',
  schemaVersion: 1,
  about: (payload) => payload.ownerId,
  parse: (payload) => read(lampLit, payload),
  read: (_version, payload) => read(lampLit, payload),
};
export const LampBroken: EventContract<LampLit> = { ...LampLit, name: 'lamp.broken' };

export const lampContracts = new EventContracts([LampBought, LampLit, LampBroken]);

/** An event of lamp `lampId` as its log stores it. */
export function lampEvent(lampId: string, streamVersion: number, fields: Partial<StoredEvent> = {}): StoredEvent {
  return {
    eventId: randomUUID(),
    eventName: 'lamp.lit',
    schemaVersion: 1,
    aggregateType: 'Lamp',
    aggregateId: lampId,
    streamVersion,
    occurredAt: '2026-01-02T03:04:05.006Z',
    recordedAt: '2026-01-02T03:04:05.007Z',
    correlationId: 'corr-1',
    causationId: 'cause-1',
    userId: 'owner-1',
    actor: '{"id":"admin-1","type":"user","role":"admin"}',
    payload: `{"ownerId":"owner-1","lumen":${streamVersion}}`,
    ...fields,
  };
}
