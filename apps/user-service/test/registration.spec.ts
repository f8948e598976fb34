import { randomUUID } from 'node:crypto';
import {
  BookingNoShow,
  IdentityEmailVerified,
  IdentityGuardianConsentGranted,
  IdentityRegistered,
  IdentityRegistrationCancelled,
  TutorReinstated,
  TutorSuspended,
  TutorVerified,
} from '@edtech/contracts';
import { InMemoryMailer, type RecordedEvent } from '@edtech/shared-kernel';
import { recordedEvent } from '@edtech/shared-kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserRepository } from '../src/application/interfaces/repository.interface.ts';
import { userServiceUnderTest, type UserServiceUnderTest } from './user-service.fixture.ts';
import { newUser } from './user-repository.contract.ts';

let service: UserServiceUnderTest;

beforeAll(async () => {
  service = await userServiceUnderTest(new InMemoryMailer());
});
afterAll(() => service.close());

function registered(userId: string, facts: Partial<IdentityRegistered> = {}): RecordedEvent<IdentityRegistered> {
  return recordedEvent(IdentityRegistered, {
    userId,
    email: `${userId}@example.org`,
    firstName: 'Ada',
    lastName: 'Lovelace',
    requestedRole: 'student',
    isMinor: false,
    locale: 'de',
    timezone: 'Europe/Berlin',
    termsVersion: '1',
    ...facts,
  });
}
const emailVerified = (userId: string) => recordedEvent(IdentityEmailVerified, { userId });
const consented = (userId: string) => recordedEvent(IdentityGuardianConsentGranted, { userId, consentId: randomUUID() });
const cancelled = (userId: string) => recordedEvent(IdentityRegistrationCancelled, { userId, reason: 'unverified' });
const status = async (userId: string): Promise<string | undefined> => (await service.get(UserRepository).find(userId))?.status;

/** Every order of `items`. */
function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

describe('a registration', () => {
  test('becomes a pending user with the id that identity-service gave', async () => {
    const id = randomUUID();
    await service.deliver(registered(id, { requestedRole: 'tutor' }));
    const user = await service.get(UserRepository).get(id);
    expect(user.state).toMatchObject({ role: 'tutor', status: 'pending_verification', locale: 'de', timezone: 'Europe/Berlin' });
  });

  test.each(permutations(['registered', 'verified'] as const))('of an adult is active after %s, %s', async (...order) => {
    const id = randomUUID();
    const events = { registered: registered(id), verified: emailVerified(id) };
    for (const name of order) await service.deliver(events[name]);
    expect(await service.events(id)).toEqual(['user.created', 'user.activated']);
  });

  test.each(permutations(['registered', 'verified', 'consented'] as const))(
    'of a minor is active after %s, %s, %s and not before, whatever comes twice',
    async (...order) => {
      const id = randomUUID();
      const events = { registered: registered(id, { isMinor: true }), verified: emailVerified(id), consented: consented(id) };
      for (const [index, name] of order.entries()) {
        expect(await status(id)).not.toBe('active');
        await service.deliver(events[name]);
        await service.deliver(events[order[0] ?? name]);
        await service.deliver({ ...events[name], eventId: randomUUID() });
        if (index < 2) expect(await status(id)).not.toBe('active');
      }
      expect(await service.events(id)).toEqual(['user.created', 'user.activated']);
    },
  );

  test('is activated when its events are handled at the same time', async () => {
    for (let n = 0; n < 10; n++) {
      const id = randomUUID();
      const events: RecordedEvent[] = [registered(id, { isMinor: true }), emailVerified(id), consented(id)];
      await Promise.all(events.map((event) => service.deliver(event)));
      expect(await status(id)).toBe('active');
    }
  });

  test('G54 of a taken address is refused once, with the code of the rule, however often it is delivered', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await service.deliver(registered(first, { email: 'taken@example.org' }));
    const late = registered(second, { email: 'Taken@Example.org' });
    await service.deliver(late);
    await service.deliver(late);
    await service.deliver({ ...late, eventId: randomUUID() });
    await service.deliver(emailVerified(second));
    expect(await service.events(second)).toEqual(['user.creation_failed']);
    const [failed] = await service.rows('SELECT payload, causation_id FROM domain_events WHERE aggregate_id = $1', [second]);
    expect(failed).toEqual({ payload: JSON.stringify({ userId: second, reason: 'EMAIL_TAKEN' }), causation_id: late.eventId });
  });

  test('with a time zone that does not exist is refused too', async () => {
    const id = randomUUID();
    await service.deliver(registered(id, { timezone: 'Mars/Olympus' }));
    expect(await service.events(id)).toEqual(['user.creation_failed']);
  });

  test('that is cancelled is erased, frees its address, and stays gone', async () => {
    const id = randomUUID();
    await service.deliver(registered(id));
    await service.deliver(cancelled(id));
    await service.deliver(cancelled(id));
    await service.deliver(emailVerified(id));
    expect(await service.events(id)).toEqual(['user.created', 'user.erased']);
    await service.deliver(registered(randomUUID(), { email: `${id}@example.org` }));
  });

  test('that was cancelled before it arrived creates nobody', async () => {
    const id = randomUUID();
    await service.deliver(cancelled(id));
    await service.deliver(registered(id));
    expect(await service.events(id)).toEqual([]);
  });

  test('of an active user is not cancelled any more', async () => {
    const id = randomUUID();
    for (const event of [registered(id), emailVerified(id), cancelled(id)] as RecordedEvent[]) await service.deliver(event);
    expect(await status(id)).toBe('active');
  });
});

describe('news from other services', () => {
  test('the badge follows the newest event of the profile, however they arrive', async () => {
    const tutorId = randomUUID();
    const facts = { tutorId, reason: 'documents' };
    const verified = { tutorId, verifiedBy: randomUUID(), verifiedAt: '2026-01-05T09:00:00.000Z', subjects: [] };
    for (const order of permutations([2, 3, 4])) {
      const user = newUser();
      await service.as('admin-1', () => service.get(UserRepository).save(user));
      const stream = { aggregateId: randomUUID() };
      const events: Record<number, RecordedEvent> = {
        2: recordedEvent(TutorVerified, { ...verified, userId: user.id }, { ...stream, streamVersion: 2 }),
        3: recordedEvent(TutorSuspended, { ...facts, userId: user.id }, { ...stream, streamVersion: 3 }),
        4: recordedEvent(TutorReinstated, { ...facts, userId: user.id }, { ...stream, streamVersion: 4 }),
      };
      const badge = async (): Promise<boolean> => (await service.get(UserRepository).get(user.id)).state.tutorVerified;
      let newest = 0;
      for (const version of order) {
        const event = events[version];
        if (event === undefined) throw new Error(`no event has version ${version}`);
        await service.deliver(event);
        newest = Math.max(newest, version);
        expect(await badge()).toBe(newest !== 3);
      }
    }
  });

  test('a lesson that was missed counts once, however often it is told', async () => {
    const tutorId = randomUUID();
    const missed = (who: 'tutor' | 'student') =>
      recordedEvent(BookingNoShow, { bookingId: randomUUID(), paymentId: randomUUID(), tutorId, who, refundBps: 0 });
    const [first, second] = [missed('tutor'), missed('tutor')];
    for (const event of [first, second, first, missed('student'), second]) await service.deliver(event);
    expect(await service.rows('SELECT who, count FROM no_shows WHERE tutor_id = $1 ORDER BY who', [tutorId])).toEqual([
      { who: 'student', count: 1 },
      { who: 'tutor', count: 2 },
    ]);
  });
});
