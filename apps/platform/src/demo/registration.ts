import { randomUUID } from 'node:crypto';
import { claimsOf, PASSWORD, People, tokenIn, type Newcomer } from '../people.ts';
import { type Api, textAt } from './api.ts';
import { mailedTo } from './mailed-to.ts';
import type { Story } from './story.ts';

/** One route of each service, with what a student and a tutor are answered there. */
const DOORS = [
  { service: 'identity', path: '/identity/sessions', student: 200, tutor: 200 },
  { service: 'user', path: '/users/me', student: 200, tutor: 200 },
  { service: 'tutor', path: '/tutors/me', student: 403, tutor: 200 },
  { service: 'payment', path: '/payments/me/history', student: 200, tutor: 200 },
  { service: 'admin', path: '/admin/audit', student: 403, tutor: 403 },
] as const;

/** A student comes in by the front door. Every line was seen; throws NotSeen for the first that was not. */
export async function playRegistration(api: Api, story: Story): Promise<Newcomer> {
  const people = new People(api);
  const email = `ada.${randomUUID().slice(0, 8)}@example.org`;
  story.chapter('A student registers, opens the mail and signs in');
  const registered = await people.apply('student', email);
  story.expect(
    `POST /identity/register → ${registered.status} ${textAt(registered.body, 'status')}`,
    registered.status === 202 && textAt(registered.body, 'status') === 'pending_verification',
    registered.body,
  );
  const early = await api.call('POST', '/identity/login', { body: { email, password: PASSWORD } });
  story.expect(
    `POST /identity/login with the right password, too early → ${early.status} ${textAt(early.body, 'code')}`,
    early.status === 403 && textAt(early.body, 'code') === 'NOT_VERIFIED',
    early.body,
  );
  const mail = await story.sees('a mail has come', () => mailedTo(api, email, /confirm/));
  story.says(`"${textAt(mail, 'subject')}" to ${email}: ${/http\S+token=.{8}/.exec(textAt(mail, 'text'))?.[0]}…`);
  const link = { body: { token: tokenIn(mail) ?? '' } };
  const verified = await api.call('POST', '/identity/verify-email', link);
  story.expect(
    `POST /identity/verify-email with the token of its link → ${verified.status} ${textAt(verified.body, 'status')}`,
    verified.status === 200 && textAt(verified.body, 'status') === 'active',
    verified.body,
  );
  const again = await api.call('POST', '/identity/verify-email', link);
  story.expect(`the same link again → ${again.status} ${textAt(again.body, 'code')}`, again.status === 410, again.body);
  const token = await people.login(email);
  const { sub: id, role } = claimsOf(token);
  story.expect(
    `POST /identity/login → 200, a token of the role ${role}`,
    role === 'student' && id === textAt(registered.body, 'userId'),
    claimsOf(token),
  );
  await story.sees('GET /users/me → active: user-service has heard of both, in whatever order', async () => {
    const me = await api.call('GET', '/users/me', { token });
    return textAt(me.body, 'status') === 'active' ? true : undefined;
  });
  return { id, email, token, correlationId: registered.headers.get('x-correlation-id') ?? '' };
}

/** The student takes another role. Answers the same person with the token of a new login. */
export async function playRoleChange(api: Api, story: Story, student: Newcomer): Promise<Newcomer> {
  const people = new People(api);
  const statuses = (token: string): Promise<number[]> =>
    Promise.all(DOORS.map(async ({ path }) => (await api.call('GET', path, { token })).status));
  story.chapter('The student becomes a tutor: the old token loses, the new one has the role');
  const before = await statuses(student.token);
  story.expect(
    'one route of each service, asked with the token of the student',
    before.join() === DOORS.map((door) => door.student).join(),
    before,
  );
  story.says(`the token so far  ${doors(before)}`);
  const promoted = await api.call('POST', '/users/me/become-tutor', { token: student.token, body: {} });
  story.expect(
    `POST /users/me/become-tutor → ${promoted.status} ${textAt(promoted.body, 'role')}`,
    promoted.status === 200 && textAt(promoted.body, 'role') === 'tutor',
    promoted.body,
  );
  const refused = await story.sees(
    'identity.sessions_revoked has reached every service',
    async () => {
      const now = await statuses(student.token);
      return now.every((status) => status === 401) ? now : undefined;
    },
    60,
  );
  story.says(`the old token     ${doors(refused)}`);
  const token = await people.login(student.email);
  story.expect(
    `POST /identity/login → 200, a token of the role ${claimsOf(token).role}`,
    claimsOf(token).role === 'tutor',
    token,
  );
  const after = await story.sees('tutor-service has made a draft profile', async () => {
    const now = await statuses(token);
    return now.join() === DOORS.map((door) => door.tutor).join() ? now : undefined;
  });
  story.says(`the new token     ${doors(after)}`);
  const twice = await api.call('POST', '/users/me/become-tutor', { token, body: {} });
  story.expect(`asking again → ${twice.status} ${textAt(twice.body, 'code')}`, twice.status === 403, twice.body);
  return { ...student, token };
}

function doors(statuses: readonly number[]): string {
  return DOORS.map(({ service }, index) => `${service} ${statuses[index]}`).join(' · ');
}
