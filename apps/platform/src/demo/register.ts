import { randomUUID } from 'node:crypto';
import type { Answer, Api } from './api.ts';

interface NewStudent {
  readonly email: string;
  readonly key?: string;
}

/** Asks for an active student, as an administrator. */
export function register(api: Api, admin: string, { email, key = randomUUID() }: NewStudent): Promise<Answer> {
  const person = { firstName: 'Grace', lastName: 'Demo', role: 'student', timezone: 'Europe/Berlin', locale: 'en' };
  const headers = { 'idempotency-key': key };
  return api.call('POST', '/users', { token: admin, headers, body: { ...person, email, status: 'active' } });
}
