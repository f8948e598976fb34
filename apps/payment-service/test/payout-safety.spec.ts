import { randomUUID } from 'node:crypto';
import { startService, type RunningService } from '@edtech/shared-kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PaymentRepository } from '../src/application/interfaces/payment.repository.ts';
import { PayoutPlans, type PayoutPlan } from '../src/application/interfaces/payout-plans.interface.ts';
import { PayoutRepository, type PayoutMoment } from '../src/application/interfaces/payout.repository.ts';
import { PayoutAccounts } from '../src/application/interfaces/payout-accounts.interface.ts';
import { PaymentProvider } from '../src/application/interfaces/payment-provider.interface.ts';
import { TransferPayoutCommand } from '../src/application/commands/transfer-payout.command.ts';
import { TransferPayoutHandler } from '../src/application/commands/transfer-payout.handler.ts';
import { CarryOutPayoutPlanUseCase } from '../src/application/use-cases/carry-out-payout-plan.usecase.ts';
import { PayTutorsUseCase } from '../src/application/use-cases/pay-tutors.usecase.ts';
import type { Payment } from '../src/domain/aggregates/payment.aggregate.ts';
import { Payout } from '../src/domain/aggregates/payout.aggregate.ts';
import { paymentService } from '../src/payment-service.module.ts';
import { PayoutWorld, tutorOf } from './payouts.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

let service: RunningPaymentService;
let replica: RunningService;
let world: PayoutWorld;

beforeAll(async () => {
  service = await runningPaymentService();
  replica = await startService(paymentService, { ...service.environment, ROLE: 'http', PORT: '0' });
  world = new PayoutWorld(service);
});
afterAll(async () => {
  await replica.stop();
  await service.close();
});

const there = <T>(token: abstract new (...args: never[]) => T): T => replica.app.get(token, { strict: false });

class Stopped extends Error {}

/** Real payments, of which the n-th decision is the last thing that happens: before it is stored, or right after, its reply being lost. */
class StoppedPayments extends PaymentRepository {
  #left: number;

  constructor(
    private readonly payments: PaymentRepository,
    nth: number,
    private readonly when: 'before' | 'after',
  ) {
    super();
    this.#left = nth;
  }

  override get(paymentId: string): Promise<Payment> {
    return this.payments.get(paymentId);
  }

  override add(payment: Payment): Promise<void> {
    return this.payments.add(payment);
  }

  override async change<T>(paymentId: string, decide: (payment: Payment) => T): Promise<T> {
    const isLast = --this.#left === 0;
    if (isLast && this.when === 'before') throw new Stopped();
    const result = await this.payments.change(paymentId, decide);
    if (isLast) throw new Stopped();
    return result;
  }
}

/** Real payouts, to whom nobody can tell anything. */
class DeafPayouts extends PayoutRepository {
  constructor(private readonly payouts: PayoutRepository) {
    super();
  }

  override get(payoutId: string): Promise<Payout> {
    return this.payouts.get(payoutId);
  }

  override add(): Promise<void> {
    return Promise.reject(new Stopped());
  }

  override change<T>(): Promise<T> {
    return Promise.reject(new Stopped());
  }

  override historyOf(payoutId: string): Promise<readonly PayoutMoment[]> {
    return this.payouts.historyOf(payoutId);
  }
}

/** A tutor who was paid 4000, has lost it in a dispute, and has earned 3 × 4000 since: 8000 are owed. */
async function aTutorWhoOwes(): Promise<{ tutorId: string; plan: PayoutPlan }> {
  const tutorId = await world.openAccount(tutorOf());
  const first = await world.released(tutorId, 4_000);
  await service.handling(() => carryOut({ ...emptyPlan(tutorId), paymentIds: [first] }));
  await service.settled();
  await world.loseDispute(first);
  const paymentIds = [];
  for (let n = 0; n < 3; n++) paymentIds.push(await world.released(tutorId, 4_000));
  const reversals = [{ paymentId: first, reversalId: 'dp_1', deductionId: randomUUID(), amount: 4_000 }];
  return { tutorId, plan: { ...emptyPlan(tutorId), paymentIds, reversals } };
}

const emptyPlan = (tutorId: string): PayoutPlan => ({
  payoutId: randomUUID(),
  tutorId,
  week: '2031-W01',
  currency: 'USD',
  paymentIds: [],
  reversals: [],
});
const carryOut = (plan: PayoutPlan): Promise<void> => service.get(CarryOutPayoutPlanUseCase).execute(plan);
const carryOutThere = (plan: PayoutPlan): Promise<void> => there(CarryOutPayoutPlanUseCase).execute(plan);

/** What the payouts of a tutor add up to, paid or not. */
async function owedTo(tutorId: string): Promise<number[]> {
  await service.settled();
  const payouts = await Promise.all((await world.payoutsOf(tutorId)).map((id) => service.get(PayoutRepository).get(id)));
  return payouts.map(({ snapshot }) => snapshot.amount).toSorted((a, b) => a - b);
}

describe('a plan that is carried out half-way', () => {
  test.each([1, 2, 3, 4].flatMap((nth) => [[nth, 'before'] as const, [nth, 'after'] as const]))(
    'as far as its decision %i, stopped %s it is stored, leads to the same payout when another replica repeats it',
    async (nth, when) => {
      const { tutorId, plan } = await aTutorWhoOwes();
      const payments = new StoppedPayments(service.get(PaymentRepository), nth, when);
      const half = new CarryOutPayoutPlanUseCase(payments, service.get(PayoutRepository), service.get(PayoutPlans));
      await expect(service.handling(() => half.execute(plan))).rejects.toBeInstanceOf(Stopped);
      await service.handling(() => carryOutThere(plan));
      await service.handling(() => carryOut(plan));
      expect(await owedTo(tutorId)).toEqual([4_000, 8_000]);
    },
  );

  test('and meets a dispute that was lost meanwhile pays what had been promised, and leaves the rest owed', async () => {
    const { tutorId, plan } = await aTutorWhoOwes();
    const payments = new StoppedPayments(service.get(PaymentRepository), 2, 'after');
    const half = new CarryOutPayoutPlanUseCase(payments, service.get(PayoutRepository), service.get(PayoutPlans));
    await expect(service.handling(() => half.execute(plan))).rejects.toBeInstanceOf(Stopped);
    await world.loseDispute(plan.paymentIds[0] ?? '');
    await world.loseDispute(plan.paymentIds[2] ?? '');
    await service.handling(() => carryOutThere(plan));
    expect(await owedTo(tutorId)).toEqual([4_000, 4_000]);
    const [waiting] = await service.query(
      `SELECT sum(amount) AS owed FROM tutor_reversals WHERE tutor_id = $1 AND payout_id IS NULL`,
      [tutorId],
    );
    expect(waiting).toEqual({ owed: '4000' });
  });
});

describe('plans from a read model that lags', () => {
  test('two for the same money, carried out at once by two replicas, pay it once and deduct once', async () => {
    const { tutorId, plan } = await aTutorWhoOwes();
    const again: PayoutPlan = { ...plan, payoutId: randomUUID(), week: '2031-W02', paymentIds: plan.paymentIds.toReversed() };
    await Promise.all([
      service.handling(() => carryOut(plan)),
      service.handling(() => carryOutThere(again)),
      service.handling(() => carryOutThere(plan)),
      service.handling(() => carryOut(again)),
    ]);
    const amounts = await owedTo(tutorId);
    const [waiting] = await service.query(
      `SELECT coalesce(sum(amount), 0) AS owed FROM tutor_reversals WHERE tutor_id = $1 AND payout_id IS NULL`,
      [tutorId],
    );
    // Whichever payout got what: all there is was given out, less what was deducted or still is to be.
    expect(amounts.reduce((sum, amount) => sum + amount, 0) - Number(waiting?.['owed'])).toBe(4_000 + 8_000);
  });

  test('one whose money another payout has pays nothing', async () => {
    const { tutorId, plan } = await aTutorWhoOwes();
    await service.handling(() => carryOut(plan));
    await service.handling(() => carryOutThere({ ...plan, payoutId: randomUUID(), week: '2031-W03' }));
    expect(await owedTo(tutorId)).toEqual([4_000, 8_000]);
  });
});

test('a transfer that is asked for again, since nobody wrote down what became of it, moves the money once', async () => {
  const tutorId = await world.openAccount(tutorOf());
  const { payoutId, ...plan } = emptyPlan(tutorId);
  const payout = Payout.schedule({ ...plan, payoutId, balance: 4_000, deductions: [] }, { minimum: 1 });
  if (payout === undefined) throw new Error('the balance is high enough');
  const reference = `${payoutId}-1`;
  payout.start(reference);
  await service.handling(() => service.get(PayoutRepository).add(payout));
  const command = new TransferPayoutCommand(payoutId, reference);
  const [payouts, accounts] = [new DeafPayouts(service.get(PayoutRepository)), service.get(PayoutAccounts)];
  const deaf = new TransferPayoutHandler(payouts, accounts, service.get(PaymentProvider));
  await expect(service.handling(() => deaf.execute(command))).rejects.toBeInstanceOf(Stopped);
  await service.handling(() => there(TransferPayoutHandler).execute(command));
  await service.untilEvents(payoutId, ['payout.scheduled', 'payout.started', 'payout.paid']);
  await service.settled();
  expect(await service.query('SELECT key FROM fake_provider_operations WHERE key LIKE $1', [`${payoutId}%`])).toEqual([
    { key: reference },
  ]);
});

test('a week that two replicas pay at once, several times, is planned and paid once', async () => {
  const tutorIds = [];
  for (let n = 0; n < 3; n++) {
    const tutorId = await world.openAccount(tutorOf());
    await world.released(tutorId, 4_000);
    tutorIds.push(tutorId);
  }
  const week = { week: '2032-W01', dueAt: new Date('2026-01-05T02:00:00.000Z') };
  const turns = [service.get(PayTutorsUseCase), there(PayTutorsUseCase)].flatMap((pay) => [pay.execute(week), pay.execute(week)]);
  await Promise.all(turns);
  for (const tutorId of tutorIds) {
    expect(await owedTo(tutorId)).toEqual([4_000]);
    await service.untilEvents(await world.payoutOf(tutorId), ['payout.scheduled', 'payout.started', 'payout.paid']);
  }
  expect(await service.query('SELECT 1 FROM payout_plans WHERE finished_at IS NULL')).toEqual([]);
});

test('a week is not planned while the read model lacks what was recorded before it fell due', async () => {
  const tutorId = await world.openAccount(tutorOf());
  await world.released(tutorId, 4_000);
  await service.query(`UPDATE subscriptions SET checkpoint = checkpoint - 1 WHERE name = 'payment-service.tutor_earnings'`);
  const week = { week: '2033-W01', dueAt: new Date(Date.now() + 60_000) };
  expect(await there(PayTutorsUseCase).execute(week)).toBe(false);
  expect(await service.query('SELECT 1 FROM payout_weeks WHERE week = $1', [week.week])).toEqual([]);
  await service.query(`UPDATE subscriptions SET checkpoint = checkpoint + 1 WHERE name = 'payment-service.tutor_earnings'`);
  expect(await there(PayTutorsUseCase).execute(week)).toBe(true);
  expect(await owedTo(tutorId)).toEqual([4_000]);
});
