import { randomUUID } from 'node:crypto';
import {
  ApprovalDecided,
  ApprovalOpened,
  BookingSettled,
  PaymentCompleted,
  PaymentDisputeClosed,
  PaymentRefunded,
  TutorVerified,
  UserCreated,
} from '@edtech/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StatsEventsConsumer } from '../src/infrastructure/event-consumers/stats-events.consumer.ts';
import { received, runningAdminService, type Answer, type RunningAdminService } from './running-admin-service.ts';

let service: RunningAdminService;
let stats: StatsEventsConsumer;

beforeAll(async () => {
  service = await runningAdminService();
  stats = service.get(StatsEventsConsumer);
});
afterAll(() => service.close());

const [payment, booking, approval, person] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const money = { paymentId: payment, bookingId: booking, currency: 'EUR' } as const;
const on = (occurredAt: string) => ({ occurredAt });

/** Each as a delivery; the inbox, which is not here, makes one of each. */
const deliveries = (): (() => Promise<void>)[] => [
  () =>
    stats.handleCounted(
      received(
        UserCreated,
        person,
        {
          userId: person,
          email: 'ada@example.org',
          firstName: 'Ada',
          lastName: 'Byron',
          role: 'tutor',
          status: 'active',
          locale: 'en',
          timezone: 'UTC',
          isMinor: false,
        } as const,
        on('2026-11-02T23:59:59.999Z'),
      ),
    ),
  () =>
    stats.handleCounted(
      received(
        TutorVerified,
        person,
        { tutorId: person, userId: person, verifiedBy: person, verifiedAt: '2026-11-03T00:00:00.000Z', subjects: [] },
        on('2026-11-03T00:00:00.000Z'),
      ),
    ),
  () =>
    stats.handleCounted(
      received(
        BookingSettled,
        booking,
        { bookingId: booking, paymentId: payment, tutorId: person },
        on('2026-11-03T10:00:00.000Z'),
      ),
    ),
  () =>
    stats.handlePaymentCompleted(
      received(
        PaymentCompleted,
        payment,
        {
          ...money,
          studentId: person,
          tutorId: person,
          amount: 5_000,
          platformFee: 1_000,
          tutorEarnings: 4_000,
          providerRef: 'p-1',
          late: false,
        },
        on('2026-11-03T10:00:00.000Z'),
      ),
    ),
  () =>
    stats.handlePaymentRefunded(
      received(
        PaymentRefunded,
        payment,
        {
          ...money,
          refundId: randomUUID(),
          amount: 2_500,
          totalRefunded: 2_500,
          full: false,
          feeReversed: 500,
          earningsReversed: 2_000,
          settlement: 'held',
          providerRef: 'p-2',
        } as const,
        on('2026-11-03T11:00:00.000Z'),
      ),
    ),
  () =>
    stats.handleDisputeClosed(
      received(
        PaymentDisputeClosed,
        payment,
        {
          ...money,
          currency: 'USD',
          disputeId: 'd-1',
          outcome: 'won',
          amount: 900,
          feeReversed: 0,
          earningsReversed: 0,
          settlement: 'held',
        } as const,
        on('2026-11-03T11:00:00.000Z'),
      ),
    ),
  () =>
    stats.handleApprovalOpened(
      received(
        ApprovalOpened,
        approval,
        { approvalId: approval, kind: 'refund', subjectId: 'r-1', requestedBy: 'u' },
        on('2026-11-03T09:00:00.000Z'),
      ),
    ),
  () =>
    stats.handleApprovalDecided(
      received(
        ApprovalDecided,
        approval,
        { approvalId: approval, kind: 'refund', subjectId: 'r-1', decision: 'approved', reason: 'ok', decidedBy: 'x' },
        on('2026-11-03T10:30:00.000Z'),
      ),
    ),
];

const analytics = (query: string): Promise<Answer> =>
  service.call('GET', `/admin/analytics${query}`, service.tokens.user(randomUUID(), 'admin'));
const november = '?from=2026-11-01&to=2026-12-01';

test('the figures are the same in whatever order the events come', async () => {
  const seen: unknown[] = [];
  for (const order of [deliveries(), deliveries().toReversed()]) {
    await service.query('TRUNCATE admin_stats, decision_times');
    for (const delivery of order) await service.handling(delivery);
    seen.push((await analytics(november)).body);
  }
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]).toEqual({
    from: '2026-11-01',
    to: '2026-12-01',
    users: { created: 1, erased: 0 },
    tutors: { submitted: 0, verified: 1, suspended: 0, expectedProfiles: 0 },
    bookings: { requested: 0, settled: 1, cancelled: 0, noShows: 0 },
    payments: { completed: 1, failed: 0 },
    revenue: [{ currency: 'EUR', paid: 5_000, refunded: 2_500, fees: 500 }],
    decisions: { approval: { count: 1, averageSeconds: 5_400 }, verification: { count: 0, averageSeconds: null } },
  });
});

test('a day is one of UTC, and the last is not included', async () => {
  expect((await analytics('?from=2026-11-02&to=2026-11-03')).body).toMatchObject({
    users: { created: 1 },
    tutors: { verified: 0 },
  });
  expect((await analytics('?from=2026-11-03&to=2026-11-04')).body).toMatchObject({
    users: { created: 0 },
    tutors: { verified: 1 },
  });
});

test('without a period it is the last 30 days; a period that ends before it begins is refused', async () => {
  const { body, status } = await analytics('');
  expect([status, Date.parse(String(body['to'])) - Date.parse(String(body['from']))]).toEqual([200, 30 * 86_400_000]);
  expect(await analytics('?from=2026-11-03&to=2026-11-02')).toMatchObject({ status: 400 });
  expect(await service.call('GET', '/admin/analytics', service.tokens.user(person, 'tutor'))).toMatchObject({ status: 403 });
});
