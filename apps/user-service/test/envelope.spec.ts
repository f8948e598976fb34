import { UserCreated } from '@edtech/contracts';
import { EventContracts } from '@edtech/shared-kernel';
import { recordedEvent } from '@edtech/shared-kernel/testing';
import { expect, test } from 'vitest';
import { envelope } from '../../../libs/contracts/src/envelope.ts';
import { fromDetail, toDetail } from '../../../libs/shared-kernel/src/infrastructure/event-bridge/envelope.ts';

const person = { email: 'ada@example.org', firstName: 'Ada', lastName: 'L', role: 'student', status: 'active' } as const;
const event = recordedEvent(
  UserCreated,
  { ...person, userId: '0b9b5b8e-5d0c-4c58-9a51-000000000001', locale: 'en', timezone: 'UTC', isMinor: false },
  { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
);
const detail: Record<string, unknown> = JSON.parse(
  toDetail({ ...event, payload: JSON.stringify(event.payload), actor: JSON.stringify(event.actor) }),
);

function read(changed: object): void {
  fromDetail(UserCreated.name, UserCreated.producer, changed, new EventContracts([UserCreated]));
}

test('G16 what goes out has the fields of the published envelope and no others', () => {
  expect(envelope.strict().parse(detail)).toEqual(detail);
  expect(Object.keys(detail).toSorted()).toEqual(Object.keys(envelope.shape).toSorted());
});

test.each(Object.keys(detail))('G16 the reader and the published envelope agree on a missing or empty %s', (field) => {
  expect(() => read(detail)).not.toThrow();
  for (const value of [undefined, '', 0, {}]) {
    const changed = JSON.parse(JSON.stringify({ ...detail, [field]: value }));
    if (envelope.safeParse(changed).success) expect(() => read(changed)).not.toThrow(/is no envelope/);
    else expect(() => read(changed)).toThrow(expect.objectContaining({ code: expect.stringMatching(/MALFORMED|VIOLATION/) }));
  }
});
