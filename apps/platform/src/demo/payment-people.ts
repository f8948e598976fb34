import { randomUUID } from 'node:crypto';
import { People, type Person } from '../people.ts';
import type { Api } from './api.ts';
import type { Story } from './story.ts';
import { completeProfile } from './tutor-profile.ts';

export interface PaymentPeople {
  readonly student: Person;
  readonly tutor: Person;
  /** Helps students, and may decide about refunds. */
  readonly support: Person;
  /** Sees all payments and the books, and decides about refunds. */
  readonly finance: Person;
  /** Looks into the services: the superadmin. */
  readonly operator: Pick<Person, 'token'>;
}

/**
 * A student, a tutor who has handed in a complete profile (from then on there is an account to pay to), and two administrators. All of them have
 * registered.
 */
export async function paymentPeople(api: Api, superadmin: string, story: Story): Promise<PaymentPeople> {
  const people = new People(api);
  const address = (name: string): string => `${name}.${randomUUID().slice(0, 8)}@example.org`;
  const [student, tutor, support, finance] = await Promise.all([
    people.register('student', address('ada')),
    people.register('tutor', address('emmy')),
    people.appoint(superadmin, address('sofia'), ['support', 'finance']),
    people.appoint(superadmin, address('florence'), ['finance']),
  ]);
  const { token } = tutor;
  await story.sees('a student, a tutor and two administrators with the duty finance have registered', async () =>
    (await api.call('GET', '/tutors/me', { token })).status === 200 ? true : undefined,
  );
  await completeProfile(api, story, token);
  const submitted = await api.call('POST', '/tutors/me/submit', { token });
  story.expect(
    'POST /tutors/me/submit: the profile is complete, tutor.created is told',
    submitted.status === 202,
    submitted.body,
  );
  return { student, tutor, support, finance, operator: { token: superadmin } };
}
