import { InMemoryMailer } from '@edtech/shared-kernel';
import { afterEach, expect, test } from 'vitest';
import { UserRepository } from '../src/application/interfaces/repository.interface.ts';
import { CreateUserUseCase } from '../src/application/use-cases/create-user.usecase.ts';
import { UserRole } from '../src/domain/value-objects/user-role.vo.ts';
import { FlakyMailer } from './flaky.mailer.ts';
import { userServiceUnderTest, type UserServiceUnderTest } from './user-service.fixture.ts';
import { newUser } from './user-repository.contract.ts';

let service: UserServiceUnderTest;
afterEach(() => service.close());

const dto = { email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace', role: 'student', locale: 'fr' };
const support = { id: '0b9b5b8e-5d0c-4c58-9a51-0000000000aa', type: 'user', role: 'admin', duties: ['support'] } as const;

test('G17 a mail that fails three times repeats no other effect: settings once, analytics once, one event, one mail', async () => {
  const mailer = new FlakyMailer(3);
  service = await userServiceUnderTest(mailer);
  service.startFeed();
  const { id } = await service.as(support.id, () => service.get(CreateUserUseCase).execute(dto, support));
  await service.settle();
  expect(mailer.attempts).toBe(4);
  expect(mailer.sent.map(({ to, subject }) => ({ to, subject }))).toEqual([
    { to: 'ada@example.org', subject: 'Welcome to EdTech' },
  ]);
  expect(await service.rows('SELECT * FROM user_settings')).toEqual([
    { user_id: id, email_marketing: false, lesson_reminders: true, language: 'fr' },
  ]);
  expect(await service.rows('SELECT user_id, role, registrations FROM user_analytics')).toEqual([
    { user_id: id, role: 'student', registrations: 1 },
  ]);
  expect(await service.events(id)).toEqual(['user.created']);
  expect(await service.rows('SELECT * FROM parked_events')).toEqual([]);
});

test('G49 creating a user reaches its subscribers through the log: nothing but a save is called', async () => {
  const mailer = new InMemoryMailer();
  service = await userServiceUnderTest(mailer);
  const { id } = await service.as(support.id, () => service.get(CreateUserUseCase).execute(dto, support));
  expect(await service.events(id)).toEqual(['user.created']);
  expect(mailer.mails).toEqual([]);
  service.startFeed();
  await service.settle();
  const [event] = await service.rows<{ event_id: string }>('SELECT event_id FROM domain_events');
  expect(mailer.mails.map(({ messageId }) => messageId)).toEqual([`${event?.event_id}.user-service.welcome-email`]);
});

test('promotions are told by mail, steps down are not', async () => {
  const mailer = new InMemoryMailer();
  service = await userServiceUnderTest(mailer);
  const users = service.get(UserRepository);
  const user = newUser({ email: 'ada@example.org' });
  const roles = [UserRole.tutor(), UserRole.admin(), UserRole.superadmin(), UserRole.admin(), UserRole.tutor()];
  await service.as(support.id, async () => {
    await users.save(user);
    for (const role of roles) {
      user.changeRole(role, { by: 'superadmin', otherSuperadmins: 1 });
      await users.save(user);
    }
  });
  service.startFeed();
  await service.settle();
  expect(mailer.mails.map(({ subject }) => subject).toSorted()).toEqual([
    'Welcome to EdTech',
    'You are a tutor now',
    'You are an administrator now',
  ]);
});
