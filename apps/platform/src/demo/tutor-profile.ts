import { textAt, type Api, type Json } from './api.ts';
import type { Story } from './story.ts';

const BIO = 'I have taught algebra for ten years and love patient questions.';
const EDUCATION = [{ institution: 'Göttingen', degree: 'Mathematics', year: 1907 }];

/** Everything that a submission needs. */
export async function completeProfile(api: Api, story: Story, token: string): Promise<void> {
  const steps: readonly (readonly [string, string, Json])[] = [
    ['PATCH', '/tutors/me', { bio: BIO, subjects: [{ code: 'algebra', level: 'high_school' }], education: EDUCATION }],
    ['PUT', '/tutors/me/rate', { hourlyRate: 5_000, currency: 'USD' }],
    [
      'PUT',
      '/tutors/me/availability',
      { timezone: 'Europe/Berlin', weekly: [{ day: 1, from: '09:00', to: '12:00' }], exceptions: [] },
    ],
  ];
  for (const [method, path, body] of steps) {
    const answer = await api.call(method, path, { token, body });
    if (answer.status >= 300) story.expect(`${method} ${path} is taken`, false, answer.body);
  }
  await upload(api, story, token, 'identity', 'an identity card');
  await upload(api, story, token, 'degree', 'a degree');
}

/** Answers the id of the document. */
export async function upload(api: Api, story: Story, token: string, type: string, content: string): Promise<string> {
  const form = new FormData();
  form.append('type', type);
  form.append('file', new Blob([`%PDF-1.7 ${content}`], { type: 'application/pdf' }), 'scan.pdf');
  const { status, body } = await api.call('POST', '/tutors/me/documents', { token, raw: form });
  if (status >= 300) story.expect('POST /tutors/me/documents is taken', false, body);
  return textAt(body, 'documentId');
}
