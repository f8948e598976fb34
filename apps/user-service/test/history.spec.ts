import { DomainEventHistory, InMemoryMailer } from '@edtech/shared-kernel';
import { expect, test } from 'vitest';
import { UserRepository } from '../src/application/interfaces/repository.interface.ts';
import { newUser } from './user-repository.contract.ts';
import { userServiceUnderTest } from './user-service.fixture.ts';

test('the history shows an old event in its newest shape, and no more events than asked for', async () => {
  const service = await userServiceUnderTest(new InMemoryMailer());
  const user = newUser();
  user.deactivate();
  await service.as('admin-1', () => service.get(UserRepository).save(user));
  const old = {
    userId: user.id,
    email: 'ada@example.org',
    firstName: 'Ada',
    lastName: 'Lovelace',
    role: 'tutor',
    status: 'active',
  };
  await service.rows('UPDATE domain_events SET schema_version = 1, payload = $1 WHERE stream_version = 1', [JSON.stringify(old)]);
  const history = service.get(DomainEventHistory);
  const [newest, oldest] = await history.of('User', user.id);
  expect(newest).toMatchObject({ eventName: 'user.deactivated', streamVersion: 2, actor: { id: 'admin-1', type: 'user' } });
  expect(oldest).toMatchObject({ schemaVersion: 2, payload: { ...old, locale: 'en', timezone: 'UTC', isMinor: false } });
  expect(await history.of('User', user.id, { limit: 1 })).toEqual([newest]);
  expect(await history.of('User', '0b9b5b8e-5d0c-4c58-9a51-0000000000ff')).toEqual([]);
  await service.close();
});
