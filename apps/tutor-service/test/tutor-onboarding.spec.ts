import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { UserErasureRequested } from '@edtech/contracts';
import { Sagas, type SagaView } from '@edtech/shared-kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreateTutorProfileUseCase } from '../src/application/use-cases/create-tutor-profile.usecase.ts';
import { UserEventsConsumer } from '../src/infrastructure/event-consumers/user-events.consumer.ts';
import { received, runningTutorService, type RunningTutorService } from './running-tutor-service.ts';

const SAGA = 'tutor-service.onboarding';
let service: RunningTutorService;

beforeAll(async () => {
  service = await runningTutorService({ ROLE: 'all', TIME_SCALE: '36000' });
});
afterAll(() => service.close());

async function newTutor(email = 'ada@example.org'): Promise<string> {
  const userId = randomUUID();
  const person = { email, firstName: 'Ada', lastName: 'Lovelace' };
  await service.handling(() => service.get(CreateTutorProfileUseCase).execute({ userId, ...person }));
  return userId;
}

async function until(tutorId: string, reached: (saga: SagaView) => boolean): Promise<SagaView> {
  let last: unknown;
  for (const started = Date.now(); Date.now() - started < 25_000; await delay(50)) {
    try {
      const saga = await service.get(Sagas).show(SAGA, tutorId);
      if (reached(saga)) return saga;
      last = saga;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`the onboarding of ${tutorId} did not get there: ${JSON.stringify(last)}`);
}

async function tablesWith(text: string): Promise<string[]> {
  const tables = await service.query(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`);
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await service.query(`SELECT 1 FROM "${String(name)}" held WHERE position($1 IN held::text) > 0`, [text]);
    if (rows.length > 0) found.push(String(name));
  }
  return found;
}

describe('the onboarding as it runs, while there is no mail server', () => {
  test('G48 the mail that cannot be sent is parked, the dashboard is opened all the same', async () => {
    const tutorId = await newTutor();
    const { steps } = await until(tutorId, (saga) => saga.steps[1]?.status === 'done');
    expect(steps.slice(0, 2).map(({ command, status, attempts }) => [command, status, attempts])).toEqual([
      ['tutor-service.send-welcome-email', 'parked', 5],
      ['tutor-service.initialize-tutor-dashboard', 'done', 1],
    ]);
    expect(await service.eventsOf(tutorId)).toEqual(['tutor.profile_created', 'tutor.dashboard_initialized']);
  });

  test('G48 an erasure cancels its timers and leaves the address in the log alone', async () => {
    const tutorId = await newTutor('canary@example.org');
    await until(tutorId, ({ timers }) => timers.some(({ name }) => name === 'tips'));
    const request = received(UserErasureRequested, tutorId, 2, { userId: tutorId, dueAt: '2026-12-01T00:00:00.000Z' });
    await service.handling(() => service.get(UserEventsConsumer).handleUserErasureRequested(request));
    expect(await until(tutorId, ({ status }) => status === 'cancelled')).toMatchObject({ timers: [] });
    expect(await tablesWith('canary@example.org')).toEqual(['domain_events']);
  });
});
