import { contracts } from '@edtech/contracts';
import { EventContracts, type RecordedEvent } from '@edtech/shared-kernel';
import type { BaseDomainEvent } from '@edtech/shared-kernel/domain';
import { v7 as uuidv7 } from 'uuid';

const known = new EventContracts(contracts);
const START = Date.parse('2026-11-03T12:00:00.000Z');

/** The events of one aggregate as a projection gets them, one every 7 hours, so that they fall on different days. */
export function feedOf(aggregateId: string, events: readonly Pick<BaseDomainEvent, 'eventName' | 'payload'>[]): RecordedEvent[] {
  return events.map(({ eventName, payload }, index) => {
    const contract = known.get(eventName);
    const at = new Date(START + index * 7 * 60 * 60_000).toISOString();
    return {
      eventId: uuidv7(),
      eventName,
      schemaVersion: contract.schemaVersion,
      aggregateType: contract.aggregateType,
      aggregateId,
      streamVersion: index + 1,
      occurredAt: at,
      recordedAt: at,
      correlationId: 'corr-1',
      causationId: 'cause-1',
      userId: contract.about(payload) ?? 'the subject of its aggregate',
      actor: { id: 'system:test', type: 'system' },
      payload: JSON.parse(JSON.stringify(payload)),
    };
  });
}
