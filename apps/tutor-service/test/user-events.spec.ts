import { randomUUID } from 'node:crypto';
import {
  UserActivated,
  UserCreated,
  UserDeactivated,
  UserErasureRequested,
  UserReactivated,
  UserRoleChanged,
  UserSuspended,
} from '@edtech/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TutorProfileRepository } from '../src/application/interfaces/repository.interface.ts';
import { SubmitForVerificationUseCase } from '../src/application/use-cases/submit-for-verification.usecase.ts';
import { UserEventsConsumer } from '../src/infrastructure/event-consumers/user-events.consumer.ts';
import { approve, submitTutor, verifyTutor } from './prepared-tutor.ts';
import { received, runningTutorService, type RunningTutorService } from './running-tutor-service.ts';

let service: RunningTutorService;
let consumer: UserEventsConsumer;

beforeAll(async () => {
  service = await runningTutorService();
  consumer = service.get(UserEventsConsumer);
});
afterAll(() => service.close());

type Delivery = () => Promise<void>;

/** The events of one user, each as a delivery that can be repeated. */
function eventsOf(userId: string) {
  const person = { userId, email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace' };
  const rest = { locale: 'en', timezone: 'UTC', isMinor: false } as const;
  return {
    created:
      (version: number, role: UserCreated['role'] = 'tutor', status: UserCreated['status'] = 'active'): Delivery =>
      () =>
        consumer.handleUserCreated(received(UserCreated, userId, version, { ...person, role, status, ...rest })),
    roleChanged:
      (version: number, oldRole: UserRoleChanged['oldRole'], newRole: UserRoleChanged['newRole']): Delivery =>
      () =>
        consumer.handleUserRoleChanged(received(UserRoleChanged, userId, version, { userId, oldRole, newRole })),
    activated:
      (version: number): Delivery =>
      () =>
        consumer.handleUserActive(received(UserActivated, userId, version, { userId })),
    reactivated:
      (version: number): Delivery =>
      () =>
        consumer.handleUserActive(received(UserReactivated, userId, version, { userId })),
    suspended:
      (version: number): Delivery =>
      () =>
        consumer.handleUserSuspended(received(UserSuspended, userId, version, { userId, reason: 'fraud' })),
    deactivated:
      (version: number): Delivery =>
      () =>
        consumer.handleUserDeactivated(received(UserDeactivated, userId, version, { userId })),
    erasureRequested:
      (version: number): Delivery =>
      () =>
        consumer.handleUserErasureRequested(
          received(UserErasureRequested, userId, version, { userId, dueAt: '2026-12-01T00:00:00.000Z' }),
        ),
  };
}

async function deliver(...deliveries: Delivery[]): Promise<void> {
  for (const delivery of deliveries) await service.handling(delivery);
}

/** Everything the service keeps of a user but the position of its streams. */
async function keptOf(userId: string): Promise<object> {
  const [profile] = await service.query('SELECT to_jsonb(p) - ARRAY[$2, $3, $4, $5] AS row FROM tutor_profiles p WHERE id = $1', [
    userId,
    'id',
    'stream_version',
    'stream_hash',
    'recorded_at',
  ]);
  const [card] = await service.query(`SELECT to_jsonb(c) - 'user_id' AS row FROM user_cards c WHERE user_id = $1`, [userId]);
  const erasures = await service.query('SELECT FROM tutor_erasures WHERE id = $1', [userId]);
  return { profile: profile?.['row'], card: card?.['row'], erasures: erasures.length };
}

async function statusOf(userId: string): Promise<string | undefined> {
  return (await service.get(TutorProfileRepository).find(userId))?.status;
}

describe('a profile follows its user', () => {
  test('G20 a tutor gets a draft from user.created, a student none', async () => {
    const [tutor, student] = [randomUUID(), randomUUID()];
    await deliver(eventsOf(tutor).created(1), eventsOf(student).created(1, 'student'));
    expect([await statusOf(tutor), await statusOf(student)]).toEqual(['draft', undefined]);
    expect(await service.eventsOf(tutor)).toEqual(['tutor.profile_created']);
  });

  test('G24 a promotion creates a draft from what user.created said', async () => {
    const userId = randomUUID();
    const events = eventsOf(userId);
    await deliver(events.created(1, 'student'), events.roleChanged(2, 'student', 'tutor'));
    expect(await statusOf(userId)).toBe('draft');
  });

  test('G24 a demotion bars the profile: suspended when it was verified, not to be submitted before', async () => {
    const [listed, draft] = [randomUUID(), randomUUID()];
    await verifyTutor(service, listed);
    await deliver(eventsOf(listed).roleChanged(2, 'tutor', 'student'));
    expect(await statusOf(listed)).toBe('suspended');
    await deliver(eventsOf(listed).roleChanged(3, 'student', 'tutor'));
    expect(await statusOf(listed)).toBe('verified');

    await submitTutor(service, draft, { submit: false });
    await deliver(eventsOf(draft).roleChanged(2, 'tutor', 'admin'));
    const submit = service.get(SubmitForVerificationUseCase);
    await expect(service.handling(() => submit.execute(draft))).rejects.toMatchObject({ missing: ['tutor_role'] });
    await deliver(eventsOf(draft).roleChanged(3, 'admin', 'tutor'));
    expect(await service.handling(() => submit.execute(draft))).toEqual({ attempt: 1 });
  });

  test('G24 a demotion tells by itself that there was a tutor', async () => {
    const userId = randomUUID();
    const events = eventsOf(userId);
    await deliver(events.created(1, 'student'), events.roleChanged(3, 'tutor', 'student'));
    expect(await statusOf(userId)).toBe('draft');
    await deliver(events.roleChanged(2, 'student', 'tutor'));
    expect(await service.eventsOf(userId)).toEqual(['tutor.profile_created']);
  });

  test('G26 an administrator’s action creates the profile of the subject, once for five deliveries', async () => {
    const userId = randomUUID();
    const events = eventsOf(userId);
    await deliver(events.created(1, 'student'));
    await deliver(...Array.from({ length: 5 }, () => events.roleChanged(2, 'student', 'tutor')));
    expect(await service.eventsOf(userId)).toEqual(['tutor.profile_created']);
    const [event] = await service.query('SELECT user_id, actor FROM domain_events WHERE aggregate_id = $1', [userId]);
    expect(event).toMatchObject({ user_id: userId, actor: expect.stringContaining('admin-1') });
    expect(await statusOf('admin-1')).toBeUndefined();
  });

  test('G26 five deliveries at the same time create one profile', async () => {
    const userId = randomUUID();
    await Promise.all(Array.from({ length: 5 }, () => deliver(eventsOf(userId).created(1))));
    expect(await service.eventsOf(userId)).toEqual(['tutor.profile_created']);
  });

  test('a suspension that meets the approval never leaves the profile visible', async () => {
    for (let round = 0; round < 10; round++) {
      const userId = randomUUID();
      await submitTutor(service, userId);
      await Promise.all([deliver(eventsOf(userId).suspended(2)), approve(service, userId)]);
      expect(await statusOf(userId)).toBe('suspended');
    }
  });
});

describe('G28 the order of a user’s events does not matter, nor how often they come', () => {
  const wanderer = (userId: string): Delivery[] => {
    const events = eventsOf(userId);
    return [
      events.created(1, 'student', 'pending_verification'),
      events.activated(2),
      events.roleChanged(3, 'student', 'tutor'),
      events.suspended(4),
      events.reactivated(5),
      events.deactivated(6),
      events.reactivated(7),
      events.roleChanged(8, 'tutor', 'student'),
      events.deactivated(9),
      events.reactivated(10),
    ];
  };
  const unsettled = (userId: string): Delivery[] => {
    const events = eventsOf(userId);
    return [
      events.suspended(2),
      events.reactivated(3),
      events.roleChanged(4, 'tutor', 'student'),
      events.roleChanged(5, 'student', 'tutor'),
      events.deactivated(6),
      events.reactivated(7),
      events.suspended(8),
    ];
  };
  const forgotten = (userId: string): Delivery[] => {
    const events = eventsOf(userId);
    return [events.created(1), events.deactivated(2), events.reactivated(3), events.erasureRequested(4)];
  };
  const lateTutor = (userId: string): Delivery[] => {
    const events = eventsOf(userId);
    return [
      events.created(1, 'student'),
      events.deactivated(2),
      events.reactivated(3),
      events.roleChanged(4, 'student', 'tutor'),
    ];
  };

  test.each([
    ['a user whose role and status change', wanderer, 40, async () => undefined, { listed: false, verification: 'draft' }],
    [
      'a verified tutor',
      unsettled,
      25,
      async (userId: string) => verifyTutor(service, userId),
      { listed: false, suspension: { reason: 'user_suspended', until: null } },
    ],
    ['a student with a past who becomes a tutor', lateTutor, 30, async () => undefined, { listed: true }],
    ['a tutor who is erased', forgotten, 40, async () => undefined, undefined],
  ] as const)('%s', async (_title, history, runs, prepare, expected) => {
    const inOrder = randomUUID();
    await prepare(inOrder);
    await deliver(...history(inOrder));
    const outcome = await keptOf(inOrder);
    if (expected === undefined)
      expect(outcome).toMatchObject({ profile: undefined, erasures: 1, card: { erased: true, email: null } });
    else expect(outcome).toMatchObject({ profile: expected });

    const count = history(inOrder).length;
    const indices = Array.from({ length: count }, (_, index) => index);
    const order = fc
      .tuple(
        fc.shuffledSubarray(indices, { minLength: count, maxLength: count }),
        fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count)), { maxLength: 5 }),
      )
      .map(([shuffled, copies]) => copies.reduce((all, [index, at]) => all.toSpliced(at, 0, index), shuffled));
    await fc.assert(
      fc.asyncProperty(order, async (sequence) => {
        const userId = randomUUID();
        await prepare(userId);
        const deliveries = history(userId);
        await deliver(...sequence.flatMap((index) => deliveries[index] ?? []));
        expect(await keptOf(userId)).toEqual(withHashesOf(await keptOf(userId), outcome));
      }),
      { numRuns: runs },
    );
  });
});

/** Ids that differ by chance between two tutors are not part of the comparison. */
function withHashesOf(actual: object, expected: object): object {
  const documents: unknown = 'profile' in actual ? Object(actual.profile).documents : undefined;
  const profile: unknown = 'profile' in expected ? expected.profile : undefined;
  return profile === undefined || documents === undefined
    ? expected
    : { ...expected, profile: { ...Object(profile), documents } };
}
