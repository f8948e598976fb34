import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contracts } from '@edtech/contracts';
import { Api, at, claimsOf, edtechCommand, itemsOf, People, textAt, type Answer, type Json } from '@edtech/platform';
import { settle } from '@edtech/shared-kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { platformUnderTest, type PlatformUnderTest } from './platform.fixture.ts';

let platform: PlatformUnderTest;
let api: Api;
let people: People;
let superadmin: string;
let support: string;
let reviewer: string;
let compliance: string;

async function start(replicas: number, timeScale: number): Promise<void> {
  platform = await platformUnderTest({ replicas, timeScale });
  api = new Api(platform.url);
  people = new People(api);
  superadmin = await platform.superadmin();
  const admin = async (duty: string): Promise<string> =>
    (await people.appoint(superadmin, `${randomUUID()}@example.org`, [duty])).token;
  [support, reviewer, compliance] = await Promise.all([admin('support'), admin('verification'), admin('compliance')]);
}

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + 20_000; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`not seen within 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
async function settled(): Promise<void> {
  for (const database of Object.values(platform.databases)) await settle(database);
}
async function newUser(role: string): Promise<{ id: string; token: string }> {
  const user = { email: `${randomUUID()}@example.org`, firstName: 'Grace', lastName: 'Test', role, status: 'active' };
  const { body } = await api.call('POST', '/users', { token: support, body: user });
  const id = textAt(body, 'id');
  return { id, token: await people.accept(user.email) };
}

/** A tutor with everything a submission needs; answers the ids of the documents. */
async function submit({ token }: { readonly token: string }): Promise<string[]> {
  await eventually('the draft', async () => ((await api.call('GET', '/tutors/me', { token })).status === 200 ? true : undefined));
  const change = (method: string, path: string, body: Json): Promise<Answer> => api.call(method, path, { token, body });
  const bio = 'I have taught algebra for ten years and love patient questions.';
  await change('PATCH', '/tutors/me', { bio, subjects: [{ code: 'algebra', level: 'high_school' }] });
  await change('PUT', '/tutors/me/rate', { hourlyRate: 4_500, currency: 'EUR' });
  const weekly = [{ day: 1, from: '09:00', to: '12:00' }];
  await change('PUT', '/tutors/me/availability', { timezone: 'Europe/Berlin', weekly, exceptions: [] });
  const ids: string[] = [];
  for (const type of ['identity', 'degree']) {
    const form = new FormData();
    form.append('type', type);
    form.append('file', new Blob([Buffer.from(`%PDF-1.7 ${type}`)]), 'scan.pdf');
    const answer = await fetch(`${platform.url}/tutors/me/documents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    ids.push(textAt(JSON.parse(await answer.text()), 'documentId'));
  }
  expect((await api.call('POST', '/tutors/me/submit', { token })).status).toBe(202);
  return ids;
}
function caseOf(tutorId: string, attempt: number): Promise<Json> {
  return eventually('the case', async () => {
    const { body } = await api.call('GET', '/admin/verifications?status=open&limit=100', { token: reviewer });
    return itemsOf(body).find((item) => textAt(item, 'tutorId') === tutorId && at(item, 'attempt') === attempt);
  });
}
function statusOfTutor(token: string, status: string): Promise<Answer> {
  return eventually(`the tutor is ${status}`, async () => {
    const answer = await api.call('GET', '/tutors/me', { token });
    return textAt(answer.body, 'status') === status ? answer : undefined;
  });
}

describe('admin-service on the platform, two replicas of everything and a bus that duplicates and reorders', () => {
  // Reminders after two days are beyond these tests: a day of the sagas takes a minute and a half.
  beforeAll(() => start(2, 960), 60_000);
  afterAll(() => platform.close());

  test('scenarios 2 and 3: from the registration to the case; rejected, submitted again, approved, and the tutor is shown', async () => {
    const tutor = await people.register('tutor', `${randomUUID()}@example.org`);
    const documents = await submit(tutor);
    const first = textAt(await caseOf(tutor.id, 1), 'caseId');
    const decide = (id: string, action: string, body: Json): Promise<Answer> =>
      api.call('POST', `/admin/verifications/${id}/${action}`, { token: reviewer, body });
    expect((await decide(first, 'assign', {})).status).toBe(200);
    await statusOfTutor(tutor.token, 'in_review');
    const rejection = { reason: 'blurred', feedback: 'Scan it again.', rejectedDocuments: [] };
    expect((await decide(first, 'reject', rejection)).status).toBe(200);
    const rejected = await statusOfTutor(tutor.token, 'rejected');
    expect(textAt(rejected.body, 'feedback.feedback')).toBe('Scan it again.');
    expect((await api.call('POST', '/tutors/me/submit', { token: tutor.token })).status).toBe(202);
    const second = textAt(await caseOf(tutor.id, 2), 'caseId');
    expect((await decide(second, 'approve', { notes: 'fine', approvedDocuments: documents })).status).toBe(200);
    await statusOfTutor(tutor.token, 'verified');
    await eventually('the public profile', async () =>
      (await api.call('GET', `/tutors/${tutor.id}`)).status === 200 ? true : undefined,
    );
    await settled();
    const { rows } = await platform.databases.admin.query<{ status: string }>(
      `SELECT status FROM sagas WHERE saga = 'admin-service.verification' ORDER BY status`,
    );
    expect(rows.map(({ status }) => status)).toEqual(['completed', 'completed']);
  }, 60_000);

  test('a superadmin suspends through admin-service, and the event names that person', async () => {
    const { id } = await newUser('student');
    const body = { status: 'suspended', reason: 'fraud' };
    const answer = await api.call('PUT', `/admin/users/${id}/status`, { token: superadmin, body });
    expect([answer.status, textAt(answer.body, 'status')]).toEqual([200, 'suspended']);
    const entry = await eventually('the entry', async () => {
      const audit = await api.call('GET', `/admin/audit?aggregate=${id}&actor=${claimsOf(superadmin).sub}`, {
        token: compliance,
      });
      return itemsOf(audit.body).find((item) => textAt(item, 'eventName') === 'user.suspended');
    });
    expect([textAt(entry, 'actorRole'), textAt(entry, 'source'), textAt(entry, 'correlationId')]).toEqual([
      'superadmin',
      'user-service',
      answer.headers.get('x-correlation-id'),
    ]);
  }, 60_000);

  test('scenario 17: every event that left a service is in the audit once, and one changed row is named', async () => {
    const { id } = await newUser('student');
    await api.call('POST', `/users/${id}/role`, { token: superadmin, body: { newRole: 'admin', reason: 'new colleague' } });
    await eventually('the administrator', async () => {
      const { body } = await api.call('GET', '/admin/admins', { token: superadmin });
      return itemsOf(body).find((item) => textAt(item, 'userId') === id);
    });
    const granted = await api.call('PUT', `/admin/admins/${id}/duties`, { token: superadmin, body: { duties: ['finance'] } });
    expect(granted.status).toBe(200);
    await settled();
    const published = (await Promise.all(Object.values(platform.databases).map(publishedBy))).flat().toSorted();
    await eventually('every event', async () => {
      const { rows } = await platform.databases.admin.query<{ event_id: string }>(
        'SELECT event_id FROM audit_entries ORDER BY 1',
      );
      if (rows.length < published.length) return undefined;
      expect(rows.map((row) => row.event_id)).toEqual(published);
      return true;
    });
    const verify = (): Promise<Answer> => api.call('GET', '/admin/audit/verify', { token: compliance });
    expect(at((await verify()).body, 'count')).toBe(published.length);
    const { body: copy } = await api.call('GET', '/admin/audit/export', { token: compliance });
    const lines = String(copy).trimEnd().split('\n');
    expect(await verifyExport(lines)).toMatchObject({ code: 0, out: expect.stringContaining(`${published.length} entries`) });
    expect(await verifyExport(lines.toSpliced(6, 1))).toMatchObject({ code: 2, out: expect.stringContaining('entry 7') });
    await platform.databases.admin.query(
      `SET session_replication_role = replica; UPDATE audit_entries SET actor_id = 'nobody' WHERE seq = 7; RESET session_replication_role`,
    );
    const { body } = await verify();
    expect([at(body, 'ok'), at(body, 'seq')]).toEqual([false, 7]);
  }, 60_000);
});

describe('a case that nobody decides, three days in two seconds', () => {
  beforeAll(() => start(1, 129_600), 60_000);
  afterAll(() => platform.close());

  test('is reminded of and escalated, each once, and can still be decided', async () => {
    const tutor = await newUser('tutor');
    const documents = await submit(tutor);
    const id = textAt(await caseOf(tutor.id, 1), 'caseId');
    await eventually('the escalation', async () => {
      const { body } = await api.call('GET', `/admin/verifications/${id}`, { token: reviewer });
      return at(body, 'reminded') === true && at(body, 'escalated') === true ? true : undefined;
    });
    await settled();
    const mails = itemsOf((await api.call('GET', '/mailbox')).body).filter((mail) =>
      textAt(mail, 'to').includes('verification@'),
    );
    expect(new Set(mails.map((mail) => textAt(mail, 'subject')))).toEqual(
      new Set(['A tutor has been waiting for two days', 'A case is overdue']),
    );
    expect(new Set(mails.map((mail) => textAt(mail, 'messageId'))).size).toBe(2);
    const body = { notes: 'late but fine', approvedDocuments: documents };
    const decided = await api.call('POST', `/admin/verifications/${id}/approve`, { token: reviewer, body });
    expect(decided.status).toBe(200);
    await statusOfTutor(tutor.token, 'verified');
  }, 60_000);
});

/** What an operator is told of a file with these lines. */
async function verifyExport(lines: readonly string[]): Promise<{ code: number; out: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'audit-export-'));
  const file = join(folder, 'audit.ndjson');
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  let out = '';
  const terminal = { env: { EDTECH_DATA: folder }, out: (text: string) => void (out += text), err: () => undefined };
  const code = await edtechCommand(['audit', 'verify', file], { ...terminal, isTerminal: false });
  await rm(folder, { recursive: true });
  return { code, out };
}

/** What the service has put on the bus. */
async function publishedBy(database: PlatformUnderTest['databases']['admin']): Promise<string[]> {
  const local = contracts.filter(({ scope }) => scope === 'local').map(({ name }) => name);
  const { rows } = await database.query<{ event_id: string }>(
    'SELECT event_id FROM domain_events WHERE NOT event_name = ANY($1)',
    [local],
  );
  return rows.map((row) => row.event_id);
}
