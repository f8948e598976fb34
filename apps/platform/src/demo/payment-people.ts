import { randomUUID } from 'node:crypto';
import { People, type Person } from '../people.ts';
import type { Api, Json } from './api.ts';
import type { Story } from './story.ts';

export interface PaymentPeople {
  readonly student: Person;
  readonly tutor: Person;
  /** Sees all payments and the books, and decides about refunds. */
  readonly finance: Person;
  /** Looks into the services: the superadmin. */
  readonly operator: Pick<Person, 'token'>;
}

const PDF = '%PDF-1.7 a scan';

/**
 * A student, a tutor who has handed in a complete profile (from then on there is an account to pay to), and an administrator for the money. All of
 * them have registered.
 */
export async function paymentPeople(api: Api, superadmin: string, story: Story): Promise<PaymentPeople> {
  const people = new People(api);
  const [student, tutor, finance] = await Promise.all([
    people.register('student', `ada.${randomUUID()}@example.org`),
    people.register('tutor', `emmy.${randomUUID()}@example.org`),
    people.appoint(superadmin, `finance.${randomUUID()}@example.org`, ['finance']),
  ]);
  const { token } = tutor;
  await story.sees(
    'a student, a tutor and an administrator with the duty finance have registered, and the tutor has a profile',
    async () => ((await api.call('GET', '/tutors/me', { token })).status === 200 ? true : undefined),
  );
  const bio = 'I have taught algebra for ten years and love patient questions.';
  const education = [{ institution: 'Göttingen', degree: 'Mathematics', year: 1907 }];
  const steps: readonly (readonly [string, string, Json | FormData])[] = [
    ['PATCH', '/tutors/me', { bio, subjects: [{ code: 'algebra', level: 'high_school' }], education }],
    ['PUT', '/tutors/me/rate', { hourlyRate: 5_000, currency: 'USD' }],
    [
      'PUT',
      '/tutors/me/availability',
      { timezone: 'Europe/Berlin', weekly: [{ day: 1, from: '09:00', to: '12:00' }], exceptions: [] },
    ],
    ['POST', '/tutors/me/documents', scan('identity')],
    ['POST', '/tutors/me/documents', scan('degree')],
  ];
  for (const [method, path, body] of steps) {
    const answer = await api.call(method, path, body instanceof FormData ? { token, raw: body } : { token, body });
    if (answer.status >= 300) story.expect(`${method} ${path} is taken`, false, answer.body);
  }
  const submitted = await api.call('POST', '/tutors/me/submit', { token });
  story.expect(
    'POST /tutors/me/submit: the profile is complete, tutor.created is told',
    submitted.status === 202,
    submitted.body,
  );
  return { student, tutor, finance, operator: { token: superadmin } };
}

function scan(type: string): FormData {
  const form = new FormData();
  form.append('type', type);
  form.append('file', new Blob([PDF], { type: 'application/pdf' }), 'scan.pdf');
  return form;
}
