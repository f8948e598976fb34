import { expect, test } from 'vitest';
import { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import { NO_STREAM } from '../../domain/stream-position.ts';
import { inMessageContext } from '../../application/message-context.ts';
import { EventContracts } from '../../application/event-contract.ts';
import { lampContracts, LampLit as lampLit } from '../../../test/test-contracts.ts';
import { EventRecorder } from './event-recorder.ts';

class LampLit extends BaseDomainEvent<{ ownerId: string; lumen: number }> {
  static override readonly EVENT_NAME = 'lamp.lit';
}

test('an event is recorded in the stream of its own aggregate only: no consumer would take it from another', () => {
  const recorder = new EventRecorder(lampContracts, { now: () => new Date(0) });
  const record = (aggregateType: string) =>
    inMessageContext({ messageId: 'm-1', correlationId: 'c-1', actor: { id: 'u-1', type: 'user' } }, () =>
      recorder.record(aggregateType, 'l-1', NO_STREAM, [new LampLit({ ownerId: 'o-1', lumen: 1 })]),
    );
  expect(record('Lamp').position.version).toBe(1);
  expect(() => record('Chair')).toThrow('lamp.lit belongs to Lamp, not to Chair');
});

test('an event is about whom its contract names, else about the subject of its aggregate, and about nobody it is refused', () => {
  const record = (contracts: EventContracts, subject?: string) =>
    inMessageContext({ messageId: 'm-1', correlationId: 'c-1', actor: { id: 'u-1', type: 'user' } }, () => {
      const recorder = new EventRecorder(contracts, { now: () => new Date(0) });
      return recorder.record('Lamp', 'l-1', NO_STREAM, [new LampLit({ ownerId: 'o-1', lumen: 1 })], subject).events[0]?.userId;
    });
  const nameless = new EventContracts([{ ...lampLit, about: () => undefined }]);
  expect(record(lampContracts)).toBe('o-1');
  expect(record(lampContracts, 's-1')).toBe('o-1');
  expect(record(nameless, 's-1')).toBe('s-1');
  for (const none of [undefined, ''])
    expect(() => record(nameless, none)).toThrow(expect.objectContaining({ code: 'SUBJECT_UNKNOWN' }));
});
