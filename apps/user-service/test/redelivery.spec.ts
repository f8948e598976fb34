import { randomUUID } from 'node:crypto';
import {
  BookingNoShow,
  IdentityEmailVerified,
  IdentityErasureConfirmed,
  IdentityGuardianConsentGranted,
  IdentityRegistered,
  IdentityRegistrationCancelled,
  TutorSuspended,
  TutorVerified,
  UserErasureRequested,
} from '@edtech/contracts';
import { DomainEventHistory, type RecordedEvent } from '@edtech/shared-kernel';
import { recordedEvent } from '@edtech/shared-kernel/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UserRepository } from '../src/application/interfaces/repository.interface.ts';
import { UserRole } from '../src/domain/value-objects/user-role.vo.ts';
import { FlakyMailer } from './flaky.mailer.ts';
import { newUser } from './user-repository.contract.ts';
import { userServiceUnderTest, type UserServiceUnderTest } from './user-service.fixture.ts';

/** One event and more for each subscription of the service, about people made for this run. */
async function events(
  service: UserServiceUnderTest,
): Promise<{ events: RecordedEvent[]; tutor: string; minor: string; gone: string }> {
  const tutor = newUser();
  tutor.changeRole(UserRole.tutor(), { by: 'admin', otherSuperadmins: 1 });
  tutor.changeRole(UserRole.admin(), { by: 'superadmin', otherSuperadmins: 1 });
  await service.as('admin-1', () => service.get(UserRepository).save(tutor));
  const [minor, gone] = [randomUUID(), randomUUID()];
  const person = (userId: string, isMinor: boolean): IdentityRegistered => ({
    userId,
    isMinor,
    email: `${userId}@example.org`,
    firstName: 'A',
    lastName: 'B',
    requestedRole: 'student',
    locale: 'en',
    timezone: 'UTC',
    termsVersion: '1',
  });
  const profile = { tutorId: tutor.id, userId: tutor.id };
  const stream = { aggregateId: randomUUID() };
  const missed = { bookingId: randomUUID(), paymentId: randomUUID(), tutorId: tutor.id, who: 'tutor', refundBps: 0 } as const;
  return {
    tutor: tutor.id,
    minor,
    gone,
    events: [
      ...(await service.get(DomainEventHistory).of('User', tutor.id)),
      recordedEvent(IdentityRegistered, person(minor, true)),
      recordedEvent(IdentityEmailVerified, { userId: minor }),
      recordedEvent(IdentityGuardianConsentGranted, { userId: minor, consentId: randomUUID() }),
      recordedEvent(IdentityRegistered, person(gone, false)),
      recordedEvent(IdentityRegistrationCancelled, { userId: gone, reason: 'unverified' }),
      recordedEvent(
        TutorVerified,
        { ...profile, verifiedBy: randomUUID(), verifiedAt: '2026-01-05T09:00:00.000Z', subjects: [] },
        { ...stream, streamVersion: 1 },
      ),
      recordedEvent(TutorSuspended, { ...profile, reason: 'documents' }, { ...stream, streamVersion: 2 }),
      recordedEvent(BookingNoShow, missed),
      recordedEvent(UserErasureRequested, { userId: tutor.id, dueAt: '2026-02-04T09:00:00.000Z' }),
      recordedEvent(IdentityErasureConfirmed, { userId: tutor.id }),
    ],
  };
}

test('G50 duplicates and any order of events leave every subscription with the same effects', async () => {
  const mailer = new FlakyMailer();
  const service = await userServiceUnderTest(mailer);
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), async (weights) => {
      const { events: once, tutor, minor, gone } = await events(service);
      const weighted = [...once, ...once, ...once].map((event, index) => ({ event, weight: weights[index] ?? 0 }));
      for (const { event } of weighted.toSorted((a, b) => a.weight - b.weight)) {
        await service.deliver(event);
        seen.add(event.eventName);
      }
      const users = service.get(UserRepository);
      expect((await users.get(tutor)).state.tutorVerified).toBe(false);
      expect((await users.get(minor)).status).toBe('active');
      expect((await users.find(gone))?.status ?? 'erased').toBe('erased');
      const about = (sql: string): Promise<object[]> => service.rows(sql, [tutor]);
      expect(await about('SELECT 1 FROM user_settings WHERE user_id = $1')).toHaveLength(1);
      expect(await about('SELECT registrations FROM user_analytics WHERE user_id = $1')).toEqual([{ registrations: 1 }]);
      expect(await about('SELECT who, count FROM no_shows WHERE tutor_id = $1')).toEqual([{ who: 'tutor', count: 1 }]);
      const [saga] = await service.rows<{ state: string }>('SELECT state FROM sagas WHERE key = $1', [tutor]);
      expect(JSON.parse(saga?.state ?? '')).toEqual({
        userId: tutor,
        requested: true,
        confirmed: ['identity.erasure_confirmed'],
      });
      expect(
        mailer.sent
          .filter(({ to }) => to === `${tutor}@example.org`)
          .map(({ subject }) => subject)
          .toSorted(),
      ).toEqual(['Welcome to EdTech', 'You are a tutor now', 'You are an administrator now']);
    }),
    { numRuns: 15 },
  );
  expect(service.subscriptions.filter(({ events: names }) => !names.some((name) => seen.has(name)))).toEqual([]);
  expect(service.subscriptions.length).toBeGreaterThan(10);
  await service.close();
});
