import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MatchingErasureConfirmed } from '@edtech/contracts';
import {
  Api,
  at,
  DemoBus,
  itemOf,
  itemsOf,
  listAt,
  mailedTo,
  PASSWORD,
  People,
  textAt,
  tokenIn,
  ToldLesson,
  type Answer,
  type Json,
  type Person,
} from '@edtech/platform';
import { settle } from '@edtech/shared-kernel/testing';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tableRows } from '../architecture/markdown.ts';
import { platformUnderTest, type PlatformUnderTest } from './platform.fixture.ts';

/** Stands in everything that the person says, and in what others write about this person. */
const CANARY = 'zqcanary';
const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'personal-data.md');

let platform: PlatformUnderTest;
let api: Api;
let people: People;
let bus: DemoBus;

beforeAll(async () => {
  platform = await platformUnderTest();
  api = new Api(platform.url);
  people = new People(api);
  bus = new DemoBus(platform.awsUrl);
}, 60_000);
afterAll(async () => {
  bus.close();
  await platform.close();
});

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + 30_000; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`not seen within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
async function taken(method: string, path: string, token: string | undefined, body: Json): Promise<Json> {
  const answer = await api.call(method, path, token === undefined ? { body } : { token, body });
  expect([method, path, answer.status < 300 ? 'taken' : answer.body]).toEqual([method, path, 'taken']);
  return answer.body;
}
async function settled(): Promise<void> {
  for (const database of Object.values(platform.databases)) await settle(database);
}

/** A tutor who says a lot. */
async function talkativeTutor(): Promise<Person> {
  const email = `${CANARY}.${randomUUID()}@example.org`;
  const names = { firstName: `${CANARY} Emmy`, lastName: `${CANARY} Noether` };
  const rest = { birthDate: '1982-03-23', locale: 'en', timezone: 'Europe/Berlin', role: 'tutor', termsVersion: '1' };
  const registered = await taken('POST', '/identity/register', undefined, { ...names, ...rest, email, password: PASSWORD });
  const secret = await eventually('the mail', async () => tokenIn(await mailedTo(api, email, /confirm/)));
  await taken('POST', '/identity/verify-email', undefined, { token: secret });
  const token = await people.login(email);
  await eventually('the draft', async () => ((await api.call('GET', '/tutors/me', { token })).status === 200 ? true : undefined));
  await eventually('the active user', async () =>
    textAt((await api.call('GET', '/users/me', { token })).body, 'status') === 'active' ? true : undefined,
  );
  await taken('PATCH', '/users/me', token, { bio: `${CANARY} bio`, skills: [`${CANARY} skill`] });
  const education = [{ institution: `${CANARY} school`, degree: 'Mathematics', year: 1907 }];
  const bio = `${CANARY}: I have taught algebra for ten years and love patient questions.`;
  const subjects = [{ code: 'algebra', level: 'high_school' }];
  await taken('PATCH', '/tutors/me', token, { bio, headline: `${CANARY} headline`, subjects, education });
  await taken('PUT', '/tutors/me/rate', token, { hourlyRate: 4_500, currency: 'EUR' });
  const weekly = [{ day: 1, from: '09:00', to: '12:00' }];
  await taken('PUT', '/tutors/me/availability', token, { timezone: 'Europe/Berlin', weekly, exceptions: [] });
  for (const type of ['identity', 'degree']) {
    const form = new FormData();
    form.append('type', type);
    form.append('file', new Blob([`%PDF-1.7 ${CANARY} ${type}`]), `${CANARY}.pdf`);
    expect((await api.call('POST', '/tutors/me/documents', { token, raw: form })).status).toBe(201);
  }
  return { id: textAt(registered, 'userId'), token };
}

/** A reviewer writes down why not. */
async function isRejected({ id, token }: Person, reviewer: Person): Promise<void> {
  expect((await api.call('POST', '/tutors/me/submit', { token })).status).toBe(202);
  const open = await eventually('the case', async () =>
    itemOf(api, '/admin/verifications?status=open', reviewer.token, (one) => textAt(one, 'tutorId') === id),
  );
  const path = `/admin/verifications/${textAt(open, 'caseId')}/reject`;
  await taken('POST', path, reviewer.token, {
    reason: `${CANARY} reason`,
    feedback: `${CANARY} feedback`,
    rejectedDocuments: [],
  });
  await eventually('the rejection', async () =>
    textAt((await api.call('GET', '/tutors/me', { token })).body, 'status') === 'rejected' ? true : undefined,
  );
}

/** A lesson was paid, and two administrators write down why the money goes back. */
async function getsMoneyBack({ id: studentId }: Person, [asks, decides]: readonly [Person, Person]): Promise<void> {
  const lesson = new ToldLesson(bus, { studentId, tutorId: randomUUID() });
  await lesson.request(8_000, 'pm_ok');
  const payments = `/payments?bookingId=${lesson.bookingId}`;
  const paymentIn = (status: string): Promise<Json> =>
    eventually(`the payment is ${status}`, async () => {
      const { body } = await api.call('GET', payments, { token: decides.token });
      return itemsOf(body).find((one) => textAt(one, 'status') === status);
    });
  const paymentId = textAt(await paymentIn('completed'), 'id');
  const refund = await taken('POST', `/payments/${paymentId}/refunds`, asks.token, { reason: `${CANARY} wish` });
  const task = await eventually('the task', async () =>
    itemOf(api, '/admin/approvals?status=open', decides.token, (one) => textAt(one, 'subjectId') === textAt(refund, 'refundId')),
  );
  const decision = { decision: 'approved', reason: `${CANARY} decision` };
  await taken('POST', `/admin/approvals/${textAt(task, 'approvalId')}/decision`, decides.token, decision);
  await paymentIn('refunded');
}

/** Where the canary is: `service table.column`. */
async function places(): Promise<string[]> {
  const found = Object.entries(platform.databases).map(async ([name, database]) =>
    (await columnsWith(database)).map((column) => `${name}-service ${column}`),
  );
  return (await Promise.all(found)).flat().toSorted();
}
async function columnsWith(database: pg.Client): Promise<string[]> {
  const { rows } = await database.query<{ schema: string; name: string; column: string }>(
    `SELECT table_schema AS schema, table_name AS name, column_name AS column FROM information_schema.columns
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { schema, name, column } of rows) {
    const held = await database.query(
      `SELECT FROM "${schema}"."${name}" held WHERE held."${column}"::text ILIKE '%${CANARY}%' LIMIT 1`,
    );
    if (held.rowCount === 1) found.push(`${name}.${column}`);
  }
  return found;
}

/** What the page says is left, and until when. */
const left = tableRows(readFileSync(PAGE, 'utf8').split('What is left of a person')[1]?.split('\n## ')[0] ?? '').map(
  ([service = '', column = '', until = '']) => ({ place: `${service} ${column.replaceAll('`', '')}`, until }),
);

test('scenario 18: what is left of somebody who was erased is what the page on personal data says, and the books still balance', async () => {
  const superadmin = await platform.superadmin();
  const [support, finance] = await Promise.all([
    people.appoint(superadmin, `${randomUUID()}@example.org`, ['support', 'verification']),
    people.appoint(superadmin, `${randomUUID()}@example.org`, ['finance']),
  ]);
  const person = await talkativeTutor();
  await isRejected(person, support);
  await getsMoneyBack(person, [support, finance]);
  await settled();
  const before = await places();
  expect(before).toEqual(
    expect.arrayContaining([
      'identity-service accounts.email',
      'user-service users.first_name',
      'tutor-service tutor_profiles.bio',
      'admin-service verification_cases.decision',
    ]),
  );
  const documents = join(platform.dataDir, 'documents', person.id);
  expect(existsSync(documents)).toBe(true);

  const leaves = (): Promise<Answer> => api.call('DELETE', '/users/me', { token: person.token });
  await eventually('payment-service knows that nothing is open', async () =>
    (await leaves()).status === 202 ? true : undefined,
  );
  await eventually('four of five have confirmed', async () => {
    const saga = `/ops/user-service/sagas/user-service.erasure/${person.id}`;
    const { body } = await api.call('GET', saga, { token: superadmin });
    return listAt(body, 'state.confirmed').length === 4 ? true : undefined;
  });
  await settled();
  await eventually('the documents are gone', async () => (existsSync(documents) ? undefined : true));
  expect(left.length).toBeGreaterThan(0);
  expect(await places()).toEqual(left.map(({ place }) => place).toSorted());

  const told = { aggregateId: person.id, correlation: randomUUID(), cause: randomUUID() };
  const actor = { id: 'system:matching', type: 'system' } as const;
  await bus.publish(MatchingErasureConfirmed, { userId: person.id }, { ...told, actor });
  await eventually('the erased user', async () =>
    textAt((await api.call('GET', `/users/${person.id}`, { token: superadmin })).body, 'status') === 'erased' ? true : undefined,
  );
  await settled();
  const afterAllConfirmed = left.filter(({ until }) => until !== 'all have confirmed').map(({ place }) => place);
  expect(await places()).toEqual(afterAllConfirmed.toSorted());

  const balances = itemsOf((await api.call('GET', '/ledger/balances', { token: finance.token })).body);
  expect(balances.length).toBeGreaterThan(0);
  const sum = (side: string): number => balances.map((line) => Number(at(line, side))).reduce((total, one) => total + one, 0);
  expect(sum('debit')).toBe(sum('credit'));
}, 180_000);
