import { randomUUID } from 'node:crypto';
import { contracts } from '@edtech/contracts';
import type { BaseDomainEvent, RecordedEvent } from '@edtech/shared-kernel/domain';
import { recordedEvent } from '@edtech/shared-kernel/testing';

/** A stream as the feed hands it out, its events a second apart from `at` on. */
export function recordedStory(
  aggregateId: string,
  events: readonly BaseDomainEvent[],
  at = new Date('2026-11-02T10:00:00.000Z'),
): RecordedEvent[] {
  return events.map(({ eventName, payload }, index) => {
    const contract = contracts.find(({ name }) => name === eventName);
    if (contract === undefined) throw new Error(`${eventName} has no contract`);
    return recordedEvent<object>(contract, payload, {
      aggregateId,
      eventId: randomUUID(),
      streamVersion: index + 1,
      occurredAt: new Date(at.getTime() + index * 1_000).toISOString(),
    });
  });
}
