import { PayoutFailedEvent } from '../src/domain/events/payout-failed.event.ts';
import { PayoutHeldEvent } from '../src/domain/events/payout-held.event.ts';
import { PayoutHoldReleasedEvent } from '../src/domain/events/payout-hold-released.event.ts';
import { PayoutPaidEvent } from '../src/domain/events/payout-paid.event.ts';
import { PayoutScheduledEvent } from '../src/domain/events/payout-scheduled.event.ts';
import { PayoutStartedEvent } from '../src/domain/events/payout-started.event.ts';
import type { NewPayout } from '../src/domain/aggregates/payout.aggregate.ts';
import { finance, paymentId, payoutId, refundId, support, tutorId } from './payment.fixture.ts';

export const MINIMUM = { minimum: 2_000 };
const about = { payoutId, tutorId };

export const owed = (balance: number): NewPayout => ({
  ...about,
  week: '2026-W45',
  balance,
  currency: 'USD',
  paymentIds: [paymentId],
  deductions: [{ refundId, amount: 2_000 }],
});
export const scheduled = new PayoutScheduledEvent({
  ...about,
  week: '2026-W45',
  amount: 2_000,
  currency: 'USD',
  paymentIds: [paymentId],
  deductions: [{ refundId, amount: 2_000 }],
});
export const started = (attempt: number) => new PayoutStartedEvent({ ...about, providerRef: `tr_${attempt}` });
export const transferFailed = (attempt: number) =>
  new PayoutFailedEvent({ ...about, attempt, code: 'account_closed', final: attempt === 3 });
export const paidOut = (attempt: number) =>
  new PayoutPaidEvent({ ...about, amount: 2_000, currency: 'USD', paymentIds: [paymentId], providerRef: `tr_${attempt}` });
export const heldByPlatform = (reason: string) => new PayoutHeldEvent({ ...about, reason });
export const heldByPerson = new PayoutHeldEvent({ ...about, reason: 'under investigation', by: support });
export const holdReleased = new PayoutHoldReleasedEvent({ ...about, by: finance });
