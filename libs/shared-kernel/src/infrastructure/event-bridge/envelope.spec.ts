import { describe, expect, test } from 'vitest';
import { EventContracts } from '../../application/event-contract.ts';
import { lampContracts, lampEvent, LampLit } from '../../../test/test-contracts.ts';
import { traceHeaderOf } from './bus-entry.ts';
import { fromDetail, toDetail } from './envelope.ts';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const detailOf = (fields = {}): object => JSON.parse(toDetail(lampEvent('l-1', 7, fields)));

describe('envelope', () => {
  test('G22 the detail carries stream version, schema version, actor and trace beside the fields of the guide', () => {
    const event = lampEvent('l-1', 7, { traceparent: TRACEPARENT });
    expect(JSON.parse(toDetail(event))).toEqual({
      eventId: event.eventId,
      occurredAt: '2026-01-02T03:04:05.006Z',
      aggregateId: 'l-1',
      correlationId: 'corr-1',
      causationId: 'cause-1',
      userId: 'owner-1',
      recordedAt: '2026-01-02T03:04:05.007Z',
      aggregateType: 'Lamp',
      streamVersion: 7,
      schemaVersion: 1,
      traceparent: TRACEPARENT,
      actor: { id: 'admin-1', type: 'user', role: 'admin' },
      payload: { ownerId: 'owner-1', lumen: 7 },
    });
  });

  test('the stored text of the payload goes out unchanged', () => {
    expect(toDetail(lampEvent('l-1', 1, { payload: '{"b":1.0,"a":"ü\\u0000"}' }))).toContain(
      '"payload":{"b":1.0,"a":"ü\\u0000"}}',
    );
  });

  test('what goes out comes in as the same event', () => {
    const { payload, actor, ...event } = lampEvent('l-1', 7, { traceparent: TRACEPARENT });
    expect(fromDetail('lamp.lit', 'lamp-service', detailOf({ ...event, payload, actor }), lampContracts)).toEqual({
      ...event,
      actor: JSON.parse(actor),
      payload: JSON.parse(payload),
    });
  });

  test('an old version, or one named by an alias, comes in as the newest under the name of the contract', () => {
    const old = detailOf({ payload: '{"ownerId":"owner-1"}', schemaVersion: 1 });
    const expected = { eventName: 'lamp.bought', schemaVersion: 2, payload: { ownerId: 'owner-1', colour: 'white' } };
    expect(fromDetail('lamp.bought', 'lamp-service', old, lampContracts)).toMatchObject(expected);
    expect(fromDetail('lamp.bought.v1', 'lamp-service', { ...old, schemaVersion: 2 }, lampContracts)).toMatchObject(expected);
  });

  test('G26 the subject is whom the contract names, not who acted', () => {
    const detail = detailOf({ userId: 'admin-1' });
    expect(fromDetail('lamp.lit', 'lamp-service', detail, lampContracts)).toMatchObject({
      userId: 'owner-1',
      actor: { id: 'admin-1' },
    });
  });

  test('where the contract names nobody, the subject is the one that the producer has told', () => {
    const nameless = new EventContracts([{ ...LampLit, about: () => undefined }]);
    const detail = detailOf({ userId: 'owner-2' });
    expect(fromDetail('lamp.lit', 'lamp-service', detail, nameless)).toMatchObject({ userId: 'owner-2' });
  });

  test.each([
    ['an event id that is none', 'MALFORMED_MESSAGE', 'lamp.lit', 'lamp-service', { eventId: 'x' }],
    ['a foreign producer', 'MALFORMED_MESSAGE', 'lamp.lit', 'chair-service', {}],
    ['a foreign aggregate', 'MALFORMED_MESSAGE', 'lamp.lit', 'lamp-service', { aggregateType: 'Chair' }],
    ['a stream version below 1', 'MALFORMED_MESSAGE', 'lamp.lit', 'lamp-service', { streamVersion: 0 }],
    ['a payload that breaks the contract', 'CONTRACT_VIOLATION', 'lamp.lit', 'lamp-service', { payload: '{"lumen":1}' }],
    ['an unknown schema version', 'UNKNOWN_SCHEMA_VERSION', 'lamp.bought', 'lamp-service', { schemaVersion: 9 }],
    ['an unknown name', 'UNKNOWN_EVENT', 'lamp.sold', 'lamp-service', {}],
  ])('%s is refused', (_case, code, name, source, fields) => {
    expect(() => fromDetail(name, source, detailOf(fields), lampContracts)).toThrow(expect.objectContaining({ code }));
  });

  test('G22 a valid traceparent becomes the trace header of the bus, any other becomes none', () => {
    expect(traceHeaderOf(TRACEPARENT)).toBe('Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1');
    const invalid = [
      undefined,
      '',
      'x',
      TRACEPARENT.toUpperCase(),
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      `${TRACEPARENT}-x`,
    ];
    expect(invalid.map(traceHeaderOf)).toEqual(invalid.map(() => undefined));
  });
});
