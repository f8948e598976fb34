import { randomUUID } from 'node:crypto';
import {
  BookingNoShow,
  BookingSettled,
  PayoutFailed,
  PayoutHeld,
  PayoutPaid,
  ReviewSubmitted,
  UserErasureRequested,
  UserRoleChanged,
  VerificationCaseAssigned,
} from '@edtech/contracts';
import { InMemoryMailer } from '@edtech/shared-kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InitializeTutorDashboardCommand } from '../src/application/commands/initialize-tutor-dashboard.command.ts';
import { InitializeTutorDashboardHandler } from '../src/application/commands/initialize-tutor-dashboard.handler.ts';
import { SendOnboardingTipsCommand } from '../src/application/commands/send-onboarding-tips.command.ts';
import { SendOnboardingTipsHandler } from '../src/application/commands/send-onboarding-tips.handler.ts';
import { SendWelcomeEmailCommand } from '../src/application/commands/send-welcome-email.command.ts';
import { SendWelcomeEmailHandler } from '../src/application/commands/send-welcome-email.handler.ts';
import { DeleteBytesWhenDocumentRemoved } from '../src/application/event-handlers/tutor-document-removed.handler.ts';
import { EraseDocumentsWhenTutorErased } from '../src/application/event-handlers/tutor-erasure-confirmed.handler.ts';
import { DocumentStore } from '../src/application/interfaces/document-store.interface.ts';
import { TutorProfileRepository } from '../src/application/interfaces/repository.interface.ts';
import { UserCards } from '../src/application/interfaces/user-cards.interface.ts';
import { GetDashboardUseCase } from '../src/application/use-cases/get-dashboard.usecase.ts';
import { ReinstateTutorUseCase } from '../src/application/use-cases/reinstate-tutor.usecase.ts';
import { RemoveDocumentUseCase } from '../src/application/use-cases/remove-document.usecase.ts';
import { TutorDocumentRemovedEvent } from '../src/domain/events/tutor-document-removed.event.ts';
import { TutorErasureConfirmedEvent } from '../src/domain/events/tutor-erasure-confirmed.event.ts';
import { BookingEventsConsumer } from '../src/infrastructure/event-consumers/booking-events.consumer.ts';
import { PayoutEventsConsumer } from '../src/infrastructure/event-consumers/payout-events.consumer.ts';
import { ReviewEventsConsumer } from '../src/infrastructure/event-consumers/review-events.consumer.ts';
import { UserEventsConsumer } from '../src/infrastructure/event-consumers/user-events.consumer.ts';
import { VerificationEventsConsumer } from '../src/infrastructure/event-consumers/verification-events.consumer.ts';
import { approve, BYTES_SHA256, submitTutor, verifyTutor } from './prepared-tutor.ts';
import { received, runningTutorService, type RunningTutorService } from './running-tutor-service.ts';

let service: RunningTutorService;

beforeAll(async () => {
  service = await runningTutorService();
});
afterAll(() => service.close());

async function statusOf(tutorId: string): Promise<string | undefined> {
  return (await service.get(TutorProfileRepository).find(tutorId))?.status;
}

async function erase(userId: string): Promise<void> {
  const request = received(UserErasureRequested, userId, 9, { userId, dueAt: '2026-12-01T00:00:00.000Z' });
  await service.handling(() => service.get(UserEventsConsumer).handleUserErasureRequested(request));
}

describe('verification', () => {
  test('G46 draft, submission and approval are three facts in this order', async () => {
    const tutorId = randomUUID();
    await submitTutor(service, tutorId);
    const caseId = randomUUID();
    const assigned = received(VerificationCaseAssigned, caseId, 2, { caseId, tutorId, attempt: 1, assignee: randomUUID() });
    await service.handling(() => service.get(VerificationEventsConsumer).handleCaseAssigned(assigned));
    expect(await statusOf(tutorId)).toBe('in_review');
    await approve(service, tutorId);
    await approve(service, tutorId);
    const facts = (await service.eventsOf(tutorId)).filter((name) => !/updated|changed|uploaded/.test(name));
    expect(facts).toEqual([
      'tutor.profile_created',
      'tutor.created',
      'tutor.profile_submitted',
      'tutor.review_started',
      'tutor.verified',
    ]);
  });

  test('a decision about an unknown tutor changes nothing', async () => {
    await expect(approve(service, randomUUID())).resolves.toBeUndefined();
  });
});

describe('missed lessons', () => {
  async function miss(tutorId: string, occurredAt: string, who: 'tutor' | 'student' = 'tutor', times = 2): Promise<void> {
    const bookingId = randomUUID();
    const payload = { bookingId, paymentId: randomUUID(), tutorId, who, refundBps: 10_000 };
    const event = received(BookingNoShow, bookingId, 3, payload, occurredAt);
    for (let delivery = 0; delivery < times; delivery++) {
      await service.handling(() => service.get(BookingEventsConsumer).handleNoShow(event));
    }
  }

  test('three within 90 days suspend, those of students do not count; after a reinstatement counting starts anew', async () => {
    const tutorId = randomUUID();
    await verifyTutor(service, tutorId);
    await miss(tutorId, '2026-03-01T10:00:00.000Z');
    await miss(tutorId, '2026-01-01T10:00:00.000Z');
    await miss(tutorId, '2026-02-01T10:00:00.000Z', 'student');
    expect(await statusOf(tutorId)).toBe('verified');
    await miss(tutorId, '2026-02-01T10:00:00.000Z');
    expect(await statusOf(tutorId)).toBe('suspended');
    await service.handling(() => service.get(ReinstateTutorUseCase).execute(tutorId, 'was ill'));
    await miss(tutorId, '2026-03-02T10:00:00.000Z');
    expect(await statusOf(tutorId)).toBe('verified');
  });

  test('three that arrive at the same time suspend', async () => {
    for (let round = 0; round < 10; round++) {
      const tutorId = randomUUID();
      await verifyTutor(service, tutorId);
      await Promise.all(['01', '02', '03'].map((day) => miss(tutorId, `2026-01-${day}T10:00:00.000Z`, 'tutor', 1)));
      expect(await statusOf(tutorId)).toBe('suspended');
    }
  });

  test('change nothing for a profile that is not verified', async () => {
    const tutorId = randomUUID();
    await submitTutor(service, tutorId);
    for (const day of ['01', '02', '03']) await miss(tutorId, `2026-01-${day}T10:00:00.000Z`);
    expect(await statusOf(tutorId)).toBe('submitted');
  });
});

describe('the dashboard', () => {
  test('counts lessons, reviews, missed lessons and payouts', async () => {
    const tutorId = randomUUID();
    await submitTutor(service, tutorId);
    const [bookingId, paymentId, studentId] = [randomUUID(), randomUUID(), randomUUID()];
    const payouts = [randomUUID(), randomUUID()];
    const [first = '', second = ''] = payouts;
    const paid = (payoutId: string, version: number, amount: number) =>
      received(PayoutPaid, payoutId, version, {
        payoutId,
        tutorId,
        amount,
        currency: 'EUR',
        paymentIds: [],
        providerRef: 'tr_1',
      });
    const consumer = service.get(PayoutEventsConsumer);
    await service.handling(async () => {
      const settled = received(BookingSettled, bookingId, 5, { bookingId, paymentId, tutorId });
      await service.get(BookingEventsConsumer).handleSettled(settled);
      for (const rating of [4, 5]) {
        const payload = { reviewId: randomUUID(), bookingId, tutorId, studentId, rating };
        await service.get(ReviewEventsConsumer).handleSubmitted(received(ReviewSubmitted, payload.reviewId, 1, payload));
      }
      await consumer.handlePaid(paid(first, 4, 2_500));
      await consumer.handlePaid(paid(first, 4, 2_500));
      await consumer.handleFailed(
        received(PayoutFailed, first, 3, { payoutId: first, tutorId, attempt: 1, code: 'bank', final: false }),
      );
      await consumer.handleHeld(received(PayoutHeld, second, 2, { payoutId: second, tutorId, reason: 'dispute' }));
    });
    expect(await service.get(GetDashboardUseCase).execute(tutorId)).toMatchObject({
      lessons: { settled: 1, noShows: 0 },
      reviews: { count: 2, average: 4.5 },
      earnings: { paid: [{ amount: 2_500, currency: 'EUR' }], payoutsFailed: 0, payoutsHeld: 1 },
    });
  });

  test('shows what was done and when the rest is due', async () => {
    const tutorId = randomUUID();
    await submitTutor(service, tutorId);
    const saga = ['tutor-service.onboarding', tutorId];
    await service.query(
      `INSERT INTO sagas (saga, key, status, state, step, correlation_id, started_at, updated_at) VALUES ($1, $2, 'running', '{}', 1, 'c', now(), now())`,
      saga,
    );
    await service.query(
      `INSERT INTO saga_commands (id, saga, key, step, command, payload, status, next_attempt, causation_id, created_at, done_at)
       VALUES ($3, $1, $2, 1, 'tutor-service.send-welcome-email', '{}', 'done', now(), 'c', now(), '2026-11-02T10:00:00Z')`,
      [...saga, randomUUID()],
    );
    await service.query(
      `INSERT INTO saga_commands (id, saga, key, step, command, payload, status, next_attempt, causation_id, created_at)
       VALUES ($3, $1, $2, 2, 'tutor-service.initialize-tutor-dashboard', '{}', 'pending', now(), 'c', now())`,
      [...saga, randomUUID()],
    );
    await service.query(
      `INSERT INTO saga_timers (saga, key, name, due_at) VALUES ($1, $2, 'tips', '2026-11-03T10:00:00Z')`,
      saga,
    );
    const { steps, timers } = await service.get(GetDashboardUseCase).execute(tutorId);
    expect(steps).toEqual([
      { step: 'welcome_email', done: true, at: '2026-11-02T10:00:00.000Z' },
      { step: 'dashboard', done: false, at: null },
      { step: 'onboarding_tips', done: false, at: '2026-11-03T10:00:00.000Z' },
    ]);
    expect(timers).toEqual([{ name: 'tips', dueAt: '2026-11-03T10:00:00.000Z' }]);
  });
});

describe('the steps of the onboarding', () => {
  test('G47 each has its effect once, with the id of its command as that of its mail', async () => {
    const tutorId = randomUUID();
    await submitTutor(service, tutorId, { submit: false });
    const mailer = new InMemoryMailer();
    const [cards, profiles] = [service.get(UserCards), service.get(TutorProfileRepository)];
    for (let delivery = 0; delivery < 2; delivery++) {
      await service.handling(async () => {
        await new SendWelcomeEmailHandler(cards, mailer).execute(new SendWelcomeEmailCommand(tutorId));
        await service.get(InitializeTutorDashboardHandler).execute(new InitializeTutorDashboardCommand(tutorId));
      });
    }
    expect(mailer.mails).toMatchObject([{ to: 'ada@example.org', messageId: 'message-1' }]);
    const tips = new InMemoryMailer();
    for (let delivery = 0; delivery < 2; delivery++) {
      await service.handling(() =>
        new SendOnboardingTipsHandler(cards, profiles, tips).execute(new SendOnboardingTipsCommand(tutorId)),
      );
    }
    expect(tips.mails).toMatchObject([{ to: 'ada@example.org', messageId: 'message-1' }]);
    expect((await service.eventsOf(tutorId)).slice(-2)).toEqual(['tutor.dashboard_initialized', 'tutor.onboarding_completed']);
  });

  test('G48 nothing is sent to whom the platform has barred or forgotten', async () => {
    const [barred, erased] = [randomUUID(), randomUUID()];
    for (const userId of [barred, erased]) await submitTutor(service, userId, { submit: false });
    await service.handling(() =>
      service
        .get(UserEventsConsumer)
        .handleUserRoleChanged(received(UserRoleChanged, barred, 2, { userId: barred, oldRole: 'tutor', newRole: 'student' })),
    );
    await erase(erased);
    const mailer = new InMemoryMailer();
    const [cards, profiles] = [service.get(UserCards), service.get(TutorProfileRepository)];
    await service.handling(async () => {
      await new SendWelcomeEmailHandler(cards, mailer).execute(new SendWelcomeEmailCommand(erased));
      await service.get(InitializeTutorDashboardHandler).execute(new InitializeTutorDashboardCommand(erased));
      for (const tutorId of [barred, erased]) {
        await new SendOnboardingTipsHandler(cards, profiles, mailer).execute(new SendOnboardingTipsCommand(tutorId));
      }
    });
    expect(mailer.mails).toEqual([]);
  });
});

describe('documents on disk', () => {
  test('go when the tutor removes the last document with these bytes', async () => {
    const tutorId = randomUUID();
    await submitTutor(service, tutorId, { submit: false });
    const documents = (await service.get(TutorProfileRepository).get(tutorId)).state.documents;
    const store = service.get(DocumentStore);
    const removed = (documentId: string, type: 'identity' | 'degree') =>
      new TutorDocumentRemovedEvent({ tutorId, documentId, type, sha256: BYTES_SHA256 });
    for (const [index, { id, type }] of documents.entries()) {
      await service.handling(() => service.get(RemoveDocumentUseCase).execute(tutorId, id));
      await service.handling(() =>
        service.get(DeleteBytesWhenDocumentRemoved).handle(removed(id, type === 'identity' ? 'identity' : 'degree')),
      );
      if (index === 0) expect(await store.get(tutorId, BYTES_SHA256)).toBeDefined();
    }
    await expect(store.get(tutorId, BYTES_SHA256)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('erasure', () => {
  test('forgets profile, person and documents, hides the tutor and is confirmed once', async () => {
    const tutorId = randomUUID();
    await verifyTutor(service, tutorId);
    const store = service.get(DocumentStore);
    expect(await store.get(tutorId, BYTES_SHA256)).toBeDefined();
    await erase(tutorId);
    await erase(tutorId);
    await service.get(EraseDocumentsWhenTutorErased).handle(new TutorErasureConfirmedEvent({ userId: tutorId }));
    expect((await service.eventsOf(tutorId)).slice(-3)).toEqual(['tutor.verified', 'tutor.suspended', 'tutor.erasure_confirmed']);
    expect(await statusOf(tutorId)).toBeUndefined();
    await expect(store.get(tutorId, BYTES_SHA256)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const rows = await service.query(
      'SELECT to_jsonb(c)::text AS row FROM user_cards c WHERE user_id = $1 UNION ALL SELECT to_jsonb(p)::text FROM tutor_profiles p WHERE id = $1',
      [tutorId],
    );
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/ada|lovelace/i);
  });

  test('is confirmed for a user who never was a tutor', async () => {
    const userId = randomUUID();
    await erase(userId);
    expect(await service.eventsOf(userId)).toEqual(['tutor.erasure_confirmed']);
  });
});
