import { randomUUID } from 'node:crypto';
import {
  Api,
  at,
  DemoBus,
  itemOf,
  itemsOf,
  People,
  playPayments,
  ProviderReports,
  Story,
  textAt,
  ToldLesson,
  type Answer,
  type Json,
} from '@edtech/platform';
import { settle } from '@edtech/shared-kernel/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { platformUnderTest, type PlatformUnderTest } from './platform.fixture.ts';

let platform: PlatformUnderTest;
let api: Api;
let bus: DemoBus;

beforeAll(async () => {
  platform = await platformUnderTest({ replicas: 2 });
  api = new Api(platform.url);
  bus = new DemoBus(platform.awsUrl);
}, 60_000);
afterAll(async () => {
  bus.close();
  await platform.close();
});

const eventually = <T>(look: () => Promise<T>): Promise<T> => vi.waitFor(look, { timeout: 25_000, interval: 100 });

test('scenarios 5, 7, 9, 10, 12 and 13 as the demo plays them, on two replicas and a bus that duplicates, reorders and refuses', async () => {
  const told: string[] = [];
  const story = new Story((text) => told.push(text));
  await playPayments({ api, bus, reports: new ProviderReports(api), superadmin: await platform.superadmin(), story });
  expect(told.join('')).toContain('held $0.00 · available $0.00 · paid $124.00');
}, 180_000);

test('scenario 9: half of an odd price goes back by the rules, later all that is left; what is reversed adds up to the last cent', async () => {
  const people = new People(api);
  const { id: studentId, token: student } = await people.register('student', `${randomUUID()}@example.org`);
  const accountant = await people.appoint(await platform.superadmin(), `${randomUUID()}@example.org`, ['finance']);
  const lesson = new ToldLesson(bus, { studentId, tutorId: randomUUID() });
  await lesson.request(4_999, 'pm_ok');
  const paymentId = await eventually(async () => {
    const { body } = await api.call('GET', `/payments?bookingId=${lesson.bookingId}`, { token: student });
    expect(itemsOf(body)).toMatchObject([{ status: 'completed' }]);
    return textAt(itemsOf(body)[0] ?? null, 'id');
  });
  const path = `/payments/${paymentId}`;
  const show = async (): Promise<Json> => (await api.call('GET', path, { token: accountant.token })).body;
  await lesson.cancelLate();
  await eventually(async () => expect(await show()).toMatchObject({ status: 'partially_refunded' }));
  const rest = await api.call('POST', `${path}/refunds`, { token: student, body: { reason: 'we agreed on everything' } });
  expect(rest).toMatchObject({ status: 202, body: { needsApproval: false } });
  await eventually(async () => expect(await show()).toMatchObject({ status: 'refunded' }));
  const payment = await show();
  expect(payment).toMatchObject({
    totalRefunded: 4_999,
    feeReversed: at(payment, 'platformFee'),
    earningsReversed: at(payment, 'tutorEarnings'),
    refunds: [{ status: 'refunded' }, { status: 'refunded' }],
  });
  const more = await api.call('POST', `${path}/refunds`, { token: student, body: { reason: 'once more' } });
  expect(more.status).toBeGreaterThanOrEqual(400);
});

test('scenario 10: a refund above the limit waits for somebody else than whoever asked for it, then goes back once', async () => {
  const people = new People(api);
  const superadmin = await platform.superadmin();
  const { id: studentId, token: student } = await people.register('student', `${randomUUID()}@example.org`);
  const support = await people.appoint(superadmin, `${randomUUID()}@example.org`, ['support', 'finance']);
  const finance = await people.appoint(superadmin, `${randomUUID()}@example.org`, ['finance']);
  const lesson = new ToldLesson(bus, { studentId, tutorId: randomUUID() });
  await lesson.request(20_000, 'pm_ok');
  const paymentId = await eventually(async () => {
    const { body } = await api.call('GET', `/payments?bookingId=${lesson.bookingId}`, { token: student });
    expect(itemsOf(body)).toMatchObject([{ status: 'completed' }]);
    return textAt(itemsOf(body)[0] ?? null, 'id');
  });
  const body = { amount: 5_001, reason: 'the lesson was too short' };
  const asked = await api.call('POST', `/payments/${paymentId}/refunds`, { token: support.token, body });
  expect(asked).toMatchObject({ status: 202, body: { needsApproval: true } });
  const subjectId = textAt(asked.body, 'refundId');
  const approvalId = await eventually(async () => {
    const open = '/admin/approvals?kind=refund&status=open&limit=100';
    const task = await itemOf(api, open, finance.token, (one) => textAt(one, 'subjectId') === subjectId);
    expect(task).toMatchObject({ amount: 5_001, requestedBy: support.id });
    return textAt(task ?? null, 'approvalId');
  });
  const decide = (token: string, decision = 'approved'): Promise<Answer> =>
    api.call('POST', `/admin/approvals/${approvalId}/decision`, { token, body: { decision, reason: 'the recording agrees' } });
  expect(await decide(support.token)).toMatchObject({ status: 403, body: { code: 'SAME_PERSON' } });
  expect(await decide(support.token, 'rejected')).toMatchObject({ status: 403, body: { code: 'SAME_PERSON' } });
  const path = `/payments/${paymentId}`;
  expect((await api.call('GET', path, { token: student })).body).toMatchObject({ status: 'completed', totalRefunded: 0 });
  expect(await decide(finance.token)).toMatchObject({ status: 200, body: { status: 'approved', decidedBy: finance.id } });
  expect(await decide(finance.token, 'rejected')).toMatchObject({ status: 409, body: { code: 'ALREADY_DECIDED' } });
  await eventually(async () => {
    const { body: payment } = await api.call('GET', path, { token: student });
    expect(payment).toMatchObject({ status: 'partially_refunded', totalRefunded: 5_001 });
  });
  await settle(platform.databases.payment);
  const { body: history } = await api.call('GET', `${path}/history`, { token: finance.token });
  expect(itemsOf(history).filter((event) => textAt(event, 'eventName') === 'payment.refunded')).toHaveLength(1);
}, 60_000);
