import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { uploadOf } from './cast.ts';
import type { SendOptions } from './edge.fixture.ts';
import type { Operation } from './operations.ts';
import { valueOf } from './values-of.ts';

/** Of nobody who was ever here. */
const stranger = (): string => `${randomUUID()}@example.org`;

/** Bodies with a meaning that no schema tells; for all others any value of the schema will do. */
const BODIES: Readonly<Record<string, () => object>> = {
  'POST /identity/register': () => ({
    email: stranger(),
    password: 'Edge-Password-1',
    firstName: 'Ada',
    lastName: 'Byron',
    role: 'student',
    birthDate: '1990-12-10',
    locale: 'en',
    timezone: 'UTC',
    termsVersion: '1',
  }),
  'POST /identity/login': () => ({ email: stranger(), password: 'Edge-Password-1' }),
  'POST /identity/forgot-password': () => ({ email: stranger() }),
  'POST /identity/resend-verification': () => ({ email: stranger() }),
  'POST /identity/reset-password': () => ({ token: 'never-mailed', password: 'Edge-Password-1' }),
  'PUT /admin/admins/{userId}/duties': () => ({ duties: ['support'] }),
  'PUT /admin/users/{id}/status': () => ({ status: 'suspended', reason: 'asked for it' }),
  'POST /admin/approvals/{id}/decision': () => ({ decision: 'approved', reason: 'asked for it' }),
  'POST /users': () => ({ email: stranger(), firstName: 'Ada', lastName: 'Byron', role: 'student' }),
  'PATCH /users/me': () => ({ bio: 'I like proofs' }),
  'PUT /users/me/settings': () => ({ emailMarketing: false, lessonReminders: true, language: 'en' }),
  'POST /users/{id}/role': () => ({ newRole: 'tutor', reason: 'asked for it' }),
  'PATCH /tutors/me': () => ({ headline: 'Algebra' }),
  'PUT /tutors/me/availability': () => ({ timezone: 'UTC', weekly: [{ day: 1, from: '09:00', to: '12:00' }], exceptions: [] }),
  'PUT /tutors/me/rate': () => ({ hourlyRate: 4_500, currency: 'EUR' }),
  'POST /payments': () => ({
    bookingId: randomUUID(),
    studentId: randomUUID(),
    tutorId: randomUUID(),
    kind: 'regular',
    amount: 5_000,
    currency: 'EUR',
    paymentMethodId: 'pm_ok',
  }),
  'POST /payments/{id}/refunds': () => ({ amount: 1, reason: 'the lesson was short' }),
};

const QUERIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'GET /payments/{id}/diff': { from: '1', to: '2' },
};

/** A body that the schema takes, with the headers it needs. */
export function exampleOf(operation: Operation, seed = 1): Pick<SendOptions, 'body' | 'headers'> {
  if (operation.isUpload) return uploadOf('degree');
  const { body, named } = operation;
  if (body === undefined) return {};
  const given = BODIES[operation.name]?.();
  return { body: given ?? fc.sample(valueOf(body, named), { seed, numRuns: 1 })[0] };
}

/** Query parameters without which the operation answers nothing. */
export function queryOf({ name, parameters, named }: Operation): Record<string, string> {
  const known = QUERIES[name] ?? {};
  const needed = parameters.filter((parameter) => parameter.in === 'query' && parameter.required);
  return Object.fromEntries(
    needed.map((parameter) => [
      parameter.name,
      known[parameter.name] ?? String(fc.sample(valueOf(parameter.schema, named), { seed: 1, numRuns: 1 })[0]),
    ]),
  );
}
