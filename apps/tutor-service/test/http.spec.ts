import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LearnAboutUserUseCase } from '../src/application/use-cases/learn-about-user.usecase.ts';
import { MarkInReviewUseCase } from '../src/application/use-cases/mark-in-review.usecase.ts';
import { approve } from './prepared-tutor.ts';
import { runningTutorService, type RunningTutorService } from './running-tutor-service.ts';

const BIO = 'I have taught algebra for ten years and love patient questions.';
const PDF = Buffer.from('%PDF-1.7 a scan');

let service: RunningTutorService;
let tutorId: string;

beforeAll(async () => {
  service = await runningTutorService();
});
afterAll(() => service.close());
beforeEach(async () => {
  tutorId = randomUUID();
  const person = { email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace' };
  const learn = service.get(LearnAboutUserUseCase);
  await service.handling(() =>
    learn.execute({ userId: tutorId, version: 1, person, role: 'tutor', tutorSince: 1, status: 'active' }),
  );
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function call(
  method: string,
  path: string,
  token?: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const form = body instanceof FormData;
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : { text } };
}
const asTutor = (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> =>
  call(method, path, service.tokens.user(tutorId, 'tutor'), body, headers);
const asSupport = (path: string, body: unknown): Promise<Answer> =>
  call('POST', path, service.tokens.user(randomUUID(), 'admin', ['support']), body);
const asService = (method: string, path: string, body?: unknown): Promise<Answer> =>
  call(method, path, service.tokens.service('admin-service'), body);

function upload(type: string, bytes: Uint8Array<ArrayBuffer> = PDF, headers?: Record<string, string>): Promise<Answer> {
  const form = new FormData();
  form.append('type', type);
  form.append('file', new Blob([bytes], { type: 'text/plain' }), 'scan.txt');
  return asTutor('POST', '/tutors/me/documents', form, headers);
}

async function submitted(): Promise<void> {
  await asTutor('PATCH', '/tutors/me', { bio: BIO, subjects: [{ code: 'algebra', level: 'high_school' }] });
  await asTutor('PUT', '/tutors/me/rate', { hourlyRate: 4_500, currency: 'EUR' });
  const weekly = [{ day: 1, from: '09:00', to: '12:00' }];
  await asTutor('PUT', '/tutors/me/availability', { timezone: 'Europe/Berlin', weekly, exceptions: [] });
  await upload('identity');
  await upload('degree');
  expect(await asTutor('POST', '/tutors/me/submit')).toMatchObject({ status: 202, body: { attempt: 1 } });
}
describe('the tutor’s own profile', () => {
  test('is read with its version and changed against it', async () => {
    const read = await asTutor('GET', '/tutors/me');
    expect(read).toMatchObject({ status: 200, body: { tutorId, userId: tutorId, displayName: 'Ada L.', status: 'draft' } });
    expect(read.headers.get('etag')).toBe('"1"');
    const changed = await asTutor('PATCH', '/tutors/me', { headline: 'Algebra' }, { 'if-match': '"1"' });
    expect([changed.status, changed.headers.get('etag'), changed.body['headline']]).toEqual([200, '"2"', 'Algebra']);
    expect(await asTutor('PATCH', '/tutors/me', { headline: 'Late' }, { 'if-match': '"1"' })).toMatchObject({ status: 412 });
  });

  test.each([
    ['PATCH', '/tutors/me', { bio: 'ada@example.org' }, 422, 'CONTACT_DATA_IN_BIO'],
    ['PATCH', '/tutors/me', { status: 'verified' }, 400, 'VALIDATION_FAILED'],
    ['PATCH', '/tutors/me', { subjects: [{ code: 'magic', level: 'adult' }] }, 400, 'VALIDATION_FAILED'],
    ['PUT', '/tutors/me/rate', { hourlyRate: 999, currency: 'EUR' }, 422, 'RATE_OUT_OF_BOUNDS'],
    ['PUT', '/tutors/me/availability', { timezone: 'Mars/Base', weekly: [], exceptions: [] }, 422, 'INVALID_ZONE'],
    [
      'PUT',
      '/tutors/me/availability',
      {
        timezone: 'UTC',
        weekly: [
          { day: 1, from: '09:00', to: '11:00' },
          { day: 1, from: '10:00', to: '12:00' },
        ],
        exceptions: [],
      },
      422,
      'AVAILABILITY_OVERLAP',
    ],
    ['POST', '/tutors/me/submit', undefined, 422, 'PROFILE_INCOMPLETE'],
  ])('%s %s with %j is refused', async (method, path, body, status, code) => {
    expect(await asTutor(method, path, body)).toMatchObject({ status, body: { code } });
  });

  test('belongs to tutors, and a user without one gets 404', async () => {
    expect(await call('GET', '/tutors/me')).toMatchObject({ status: 401 });
    expect(await call('GET', '/tutors/me', service.tokens.user(tutorId, 'student'))).toMatchObject({ status: 403 });
    expect(await call('GET', '/tutors/me', service.tokens.user(randomUUID(), 'tutor'))).toMatchObject({ status: 404 });
  });

  test('is submitted once', async () => {
    await submitted();
    expect(await asTutor('POST', '/tutors/me/submit')).toMatchObject({ status: 409, body: { code: 'INVALID_STATE' } });
    expect((await service.eventsOf(tutorId)).slice(-2)).toEqual(['tutor.created', 'tutor.profile_submitted']);
  });

  test('shows its dashboard before the onboarding was taken up', async () => {
    expect(await asTutor('GET', '/tutors/me/dashboard')).toMatchObject({
      status: 200,
      body: { tutorId, onboardingCompleted: false, timers: [], lessons: { settled: 0, noShows: 0 }, earnings: { paid: [] } },
    });
  });
});

describe('documents', () => {
  test('are uploaded, read by other services and removed', async () => {
    const { status, body } = await upload('identity');
    expect(status).toBe(201);
    const content = `/tutors/${tutorId}/documents/${String(body['documentId'])}/content`;
    const read = await asService('GET', content);
    expect([read.status, read.headers.get('content-type'), read.body['text']]).toEqual([200, 'application/pdf', PDF.toString()]);
    expect(await asTutor('GET', content)).toMatchObject({ status: 403 });
    expect(await asTutor('DELETE', `/tutors/me/documents/${String(body['documentId'])}`)).toMatchObject({ status: 204 });
    expect(await asService('GET', content)).toMatchObject({ status: 404 });
  });

  test('are at most 5 MB large', async () => {
    const largest = Buffer.concat([PDF, Buffer.alloc(5 * 1024 * 1024 - PDF.length)]);
    expect(await upload('degree', largest)).toMatchObject({ status: 201 });
    expect(await upload('degree', Buffer.concat([largest, Buffer.alloc(1)]))).toMatchObject({
      status: 413,
      body: { code: 'DOCUMENT_TOO_LARGE' },
    });
    expect(await upload('degree', Buffer.concat([largest, largest]))).toMatchObject({ status: 413 });
  });

  test('are PDF, JPEG or PNG by their content', async () => {
    expect(await upload('degree', Buffer.from('<html>'))).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_DOCUMENT' } });
  });

  test('need a type and a file, as multipart', async () => {
    expect(await upload('selfie')).toMatchObject({ status: 400 });
    const form = new FormData();
    form.append('type', 'degree');
    expect(await asTutor('POST', '/tutors/me/documents', form)).toMatchObject({ status: 400 });
    const pretended = { type: 'degree', fileName: 'a.pdf', sha256: 'a'.repeat(64) };
    expect(await asTutor('POST', '/tutors/me/documents', pretended)).toMatchObject({ status: 415 });
  });

  test('are the only bodies that are not JSON', async () => {
    const form = new FormData();
    form.append('headline', 'Algebra');
    expect(await asTutor('PATCH', '/tutors/me', form)).toMatchObject({ status: 415 });
  });

  test('an Idempotency-Key stands for one file', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await upload('degree', PDF, key);
    expect(await upload('degree', PDF, key)).toMatchObject({ status: 201, body: first.body });
    expect(await upload('degree', Buffer.from('%PDF-1.7 another'), key)).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
  });

  test('stay while they are under review', async () => {
    const { body } = await upload('background_check', Buffer.from('%PDF-1.7 check'));
    await submitted();
    await service.handling(() => service.get(MarkInReviewUseCase).execute(tutorId, 1));
    expect(await asTutor('DELETE', `/tutors/me/documents/${String(body['documentId'])}`)).toMatchObject({
      status: 422,
      body: { code: 'DOCUMENT_LOCKED' },
    });
  });
});

describe('the public profile', () => {
  test('G46 exists once it is verified, and only while it is listed', async () => {
    await submitted();
    expect(await call('GET', `/tutors/${tutorId}`)).toMatchObject({ status: 404 });
    await approve(service, tutorId);
    const shown = await call('GET', `/tutors/${tutorId}`);
    expect(shown).toMatchObject({ status: 200, body: { tutorId, displayName: 'Ada L.', hourlyRate: 4_500, bio: BIO } });
    expect(shown.body['nextWindows']).toHaveLength(1);
    for (const hidden of ['documents', 'status', 'feedback', 'userId']) expect(shown.body).not.toHaveProperty(hidden);
    await asTutor('PUT', '/tutors/me/listing', { listed: false });
    expect(await call('GET', `/tutors/${tutorId}`)).toMatchObject({ status: 404 });
  });
});

describe('support', () => {
  test('suspends a verified tutor and reinstates the tutor', async () => {
    await submitted();
    await approve(service, tutorId);
    expect(await asSupport(`/tutors/${tutorId}/suspend`, { reason: 'fraud' })).toMatchObject({
      status: 200,
      body: { status: 'suspended', suspension: { reason: 'support: fraud' } },
    });
    expect(await call('GET', `/tutors/${tutorId}`)).toMatchObject({ status: 404 });
    expect(await asSupport(`/tutors/${tutorId}/reinstate`, { reason: 'cleared' })).toMatchObject({
      status: 200,
      body: { status: 'verified', suspension: null },
    });
  });

  test('cannot suspend a draft', async () => {
    expect(await asSupport(`/tutors/${tutorId}/suspend`, { reason: 'fraud' })).toMatchObject({
      status: 409,
      body: { code: 'INVALID_STATE' },
    });
    expect(await asTutor('POST', `/tutors/${tutorId}/suspend`, { reason: 'fraud' })).toMatchObject({ status: 403 });
  });
});

describe('other services', () => {
  test('create a draft once and find it by its user', async () => {
    const userId = randomUUID();
    const body = { userId, email: 'bob@example.org', firstName: 'Bob', lastName: 'Ross' };
    expect(await asService('POST', '/tutors', body)).toMatchObject({ status: 201, body: { tutorId: userId, status: 'draft' } });
    expect(await asService('POST', '/tutors', body)).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' } });
    expect(await asService('GET', `/tutors/by-user/${userId}`)).toMatchObject({ status: 200, body: { userId } });
    expect(await asService('GET', `/tutors/by-user/${randomUUID()}`)).toMatchObject({ status: 404 });
    expect(await asTutor('POST', '/tutors', body)).toMatchObject({ status: 403 });
  });
});

describe('what the edge refuses before a handler runs', () => {
  test.each([
    ['no token', (): Promise<Answer> => call('GET', '/tutors/me'), 401, 'UNAUTHENTICATED'],
    ['a role that may not', (): Promise<Answer> => asSupport('/tutors/me/submit', {}), 403, 'FORBIDDEN'],
    ['no such route', (): Promise<Answer> => asTutor('GET', '/tutors/me/nothing/here'), 404, 'NOT_FOUND'],
    [
      'JSON where a file is wanted',
      (): Promise<Answer> => asTutor('POST', '/tutors/me/documents', {}),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a multipart body without boundary',
      (): Promise<Answer> => asTutor('POST', '/tutors/me/documents', 'x', { 'content-type': 'multipart/form-data' }),
      400,
      'VALIDATION_FAILED',
    ],
  ])('%s is a problem with its code and correlation id', async (_title, ask, status, code) => {
    const answer = await ask();
    expect([answer.status, answer.headers.get('content-type')?.split(';')[0], answer.body['code']]).toEqual([
      status,
      'application/problem+json',
      code,
    ]);
    expect(answer.body['correlationId']).toBe(answer.headers.get('x-correlation-id'));
  });
});
