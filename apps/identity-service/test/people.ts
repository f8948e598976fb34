import { randomUUID } from 'node:crypto';
import { UserCreated } from '@edtech/contracts';
import type { RunningIdentityService } from './running-identity-service.ts';

export const PASSWORD = 'Correct-Horse-7';

/** A registration that nothing is wrong with. */
export function person(role: 'student' | 'tutor' = 'student') {
  return {
    email: `ada.${randomUUID()}@example.org`,
    password: PASSWORD,
    firstName: 'Ada',
    lastName: 'Lovelace',
    role,
    birthDate: '1990-12-10',
    locale: 'en',
    timezone: 'Europe/London',
    termsVersion: '2026-01',
  };
}

export async function registered(service: RunningIdentityService, body: object): Promise<string> {
  const answer = await service.call('POST', '/identity/register', body);
  if (answer.status !== 202) throw new Error(`not registered: ${JSON.stringify(answer.body)}`);
  return String(answer.body['userId']);
}

/** Somebody whose account is open; user-service has the user. */
export async function verified(
  service: RunningIdentityService,
  role: 'student' | 'tutor' = 'student',
): Promise<{ userId: string; email: string }> {
  const body = person(role);
  const userId = await registered(service, body);
  const { token } = await service.mails.mailTo(body.email, /confirm/);
  await service.call('POST', '/identity/verify-email', { token });
  await service.receive(UserCreated, userId, 1, userCreated(userId, body.email, role));
  return { userId, email: body.email };
}

export function userCreated(userId: string, email: string, role: UserCreated['role'] = 'student'): UserCreated {
  const names = { firstName: 'Ada', lastName: 'Lovelace' };
  return { userId, email, ...names, role, status: 'pending_verification', locale: 'en', timezone: 'UTC', isMinor: false };
}

export async function signedIn(
  service: RunningIdentityService,
  email: string,
  password = PASSWORD,
): Promise<{ accessToken: string; refreshToken: string }> {
  const { status, body } = await service.call('POST', '/identity/login', { email, password });
  if (status !== 200) throw new Error(`not signed in: ${JSON.stringify(body)}`);
  return { accessToken: String(body['accessToken']), refreshToken: String(body['refreshToken']) };
}
