import { randomUUID } from 'node:crypto';
import {
  Api,
  at,
  DemoBus,
  itemsOf,
  People,
  playPayments,
  ProviderReports,
  Story,
  textAt,
  ToldLesson,
  type Json,
} from '@edtech/platform';
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
