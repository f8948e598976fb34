import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lampContracts } from '../../../test/test-contracts.ts';
import { inMessageContext } from '../../application/message-context.ts';
import { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import { NO_STREAM } from '../../domain/stream-position.ts';
import { EventRecorder, EventTooLarge, MOST_PAYLOAD_BYTES } from '../domain-events/event-recorder.ts';
import { entryOf } from './bus-entry.ts';

class LampBought extends BaseDomainEvent<{ ownerId: string; colour: string }> {
  static override readonly EVENT_NAME = 'lamp.bought';
}

const KIB = 1024;
const TAKEN_BY_THE_BUS = 256 * KIB;

/** A text whose JSON has about so many bytes: around each limit that the design names. */
interface Text {
  readonly bytes: number;
  readonly unit: string;
}
const text: fc.Arbitrary<Text> = fc
  .record({
    around: fc.constantFrom(200, 240, 256, 400, 1024),
    off: fc.integer({ min: -120, max: 120 }),
    unit: fc.constantFrom('x', 'é', '€', '𝄞', '"', '\n', '\ud800'),
  })
  .map(({ around, off, unit }) => ({ bytes: around * KIB + off, unit }));

function written({ bytes, unit }: Text): string {
  return unit.repeat(Math.floor(bytes / Buffer.byteLength(JSON.stringify(unit).slice(1, -1))));
}
const word = fc.string({ unit: fc.constantFrom('a', '-', 'é', '"'), minLength: 1, maxLength: 64 });
const context = fc.record(
  {
    messageId: word,
    correlationId: word,
    actor: fc.record({ id: word, type: fc.constant('user' as const), role: word }),
    traceparent: fc.constant('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'),
  },
  { requiredKeys: ['messageId', 'correlationId', 'actor'] },
);

test('F10 an event is recorded exactly if its payload keeps the limit, and whatever is recorded fits into an entry of the bus', () => {
  const recorder = new EventRecorder(lampContracts, { now: () => new Date('2026-01-02T03:04:05.006Z') });
  let recorded = 0;
  fc.assert(
    fc.property(text, word, context, (colour, id, message) => {
      const payload = { ownerId: 'owner-1', colour: written(colour) };
      const fits = Buffer.byteLength(JSON.stringify(payload)) <= MOST_PAYLOAD_BYTES;
      const record = () => inMessageContext(message, () => recorder.record('Lamp', id, NO_STREAM, [new LampBought(payload)]));
      if (!fits) {
        expect(record).toThrow(EventTooLarge);
        return;
      }
      const [event] = record().events;
      if (event === undefined) throw new Error('nothing was recorded');
      recorded++;
      const entry = entryOf(event, lampContracts);
      const texts = [entry.source, entry.detailType, entry.detail, entry.traceHeader ?? ''];
      expect(entry.bytes).toBe(14 + texts.reduce((sum, part) => sum + Buffer.byteLength(part), 0));
      expect(entry.bytes).toBeLessThanOrEqual(TAKEN_BY_THE_BUS);
      expect(JSON.parse(entry.detail)).toMatchObject({ aggregateId: id, actor: message.actor, payload });
    }),
    { numRuns: 80 },
  );
  expect(recorded).toBeGreaterThan(8);
});
