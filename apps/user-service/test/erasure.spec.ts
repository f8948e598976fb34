import {
  AdminErasureConfirmed,
  IdentityErasureConfirmed,
  MatchingErasureConfirmed,
  PaymentErasureConfirmed,
  TutorErasureConfirmed,
} from '@edtech/contracts';
import { DomainEventHistory, InMemoryMailer } from '@edtech/shared-kernel';
import { recordedEvent } from '@edtech/shared-kernel/testing';
import { expect, test } from 'vitest';
import { UserRepository } from '../src/application/interfaces/repository.interface.ts';
import { RequestErasureUseCase } from '../src/application/use-cases/request-erasure.usecase.ts';
import { newUser } from './user-repository.contract.ts';
import { userServiceUnderTest } from './user-service.fixture.ts';

test('S8 when every service has confirmed, the log alone knows of the person and user.erased is recorded once', async () => {
  const service = await userServiceUnderTest(new InMemoryMailer());
  const user = newUser({ firstName: 'Zenobia', email: 'zenobia@example.org', bio: 'I am Zenobia' });
  user.changeSettings({ emailMarketing: true, lessonReminders: true, language: 'en' });
  await service.as(user.id, () => service.get(UserRepository).save(user));
  await service.as(user.id, () => service.get(RequestErasureUseCase).execute(user.id));
  for (const event of await service.get(DomainEventHistory).of('User', user.id, { limit: 1 })) await service.deliver(event);
  const others = [IdentityErasureConfirmed, TutorErasureConfirmed, AdminErasureConfirmed, MatchingErasureConfirmed];
  for (const contract of others) await service.deliver(recordedEvent(contract, { userId: user.id }));
  expect(await service.sagas.dispatchDue()).toBe(0);

  await service.deliver(recordedEvent(PaymentErasureConfirmed, { userId: user.id }));
  expect(await service.sagas.dispatchDue()).toBe(1);
  expect(await service.sagas.dispatchDue()).toBe(0);
  expect((await service.events(user.id)).slice(-2)).toEqual(['user.erasure_requested', 'user.erased']);
  const rows = await service.rows('SELECT * FROM users');
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toMatch(/zenobia/i);
  expect(await service.rows('SELECT * FROM user_settings')).toEqual([]);
  const tables = await service.rows<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'");
  const holding = tables.map(async ({ name }) => {
    const found = await service.rows(`SELECT FROM "${name}" held WHERE held::text ILIKE '%zenobia%'`);
    return found.length > 0 ? [name] : [];
  });
  expect((await Promise.all(holding)).flat()).toEqual(['domain_events']);
  await service.close();
});
