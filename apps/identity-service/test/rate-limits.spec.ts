import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { person } from './people.ts';
import { runningIdentityService, type Answer, type RunningIdentityService } from './running-identity-service.ts';

let service: RunningIdentityService;
beforeAll(async () => {
  service = await runningIdentityService({ RATE_LIMITS: 'on' });
});
afterAll(() => service.close());

/** What is asked until the answer is 429, and no longer than a hundred times. */
async function untilTooMany(ask: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < 100 && answers.at(-1)?.status !== 429) answers.push(await ask());
  return answers;
}

test.each([
  ['login', 30, 401, () => ({ email: `${randomUUID()}@example.org`, password: 'Wrong-Horse-7' })],
  ['forgot-password', 20, 202, () => ({ email: `${randomUUID()}@example.org` })],
  ['resend-verification', 20, 202, () => ({ email: `${randomUUID()}@example.org` })],
  ['register', 20, 202, () => person()],
])('%s from one address is limited, whoever it is about, and says when to come back', async (route, burst, status, body) => {
  const answers = await untilTooMany(() => service.call('POST', `/identity/${route}`, body()));
  const last = answers.at(-1);
  expect(answers.length).toBeGreaterThan(burst);
  expect(answers.slice(0, -1).every((answer) => answer.status === status)).toBe(true);
  expect(last).toMatchObject({ status: 429, body: { code: 'TOO_MANY_REQUESTS' } });
  expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
});
