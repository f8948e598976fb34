import { randomUUID } from 'node:crypto';
import { TutorCreated, UserSuspended, type EventContract } from '@edtech/contracts';
import { Sagas } from '@edtech/shared-kernel';
import { recordedEvent } from '@edtech/shared-kernel/testing';
import { PaymentRepository } from '../src/application/interfaces/payment.repository.ts';
import { PayTutorsUseCase } from '../src/application/use-cases/pay-tutors.usecase.ts';
import { Payment } from '../src/domain/aggregates/payment.aggregate.ts';
import { Money } from '../src/domain/value-objects/money.vo.ts';
import { NOON } from './payment.fixture.ts';
import type { RunningPaymentService } from './running-payment-service.ts';

/** Long after every payment of a test was released. */
const DUE = new Date('2026-01-05T02:00:00.000Z');

/** A tutor whose account goes as the fake provider's rule for this end of an id says. */
export const tutorOf = (ending = '0000'): string => `${randomUUID().slice(0, -4)}${ending}`;

/** Tutors, their money and the weeks in which it is paid, asked of the service as it runs. */
export class PayoutWorld {
  constructor(readonly service: RunningPaymentService) {}

  async openAccount(tutorId: string): Promise<string> {
    await this.publish(TutorCreated, {
      tutorId,
      userId: tutorId,
      displayName: 'Ada',
      subjects: [],
      hourlyRate: 5_000,
      currency: 'USD',
      languages: ['en'],
      experienceLevel: 'expert',
      timezone: 'UTC',
      availability: { weekly: [], exceptions: [] },
    });
    await this.service.settled();
    return tutorId;
  }

  async suspend(userId: string): Promise<void> {
    await this.publish(UserSuspended, { userId, reason: 'complaints' }, userId, 5);
    await this.service.settled();
  }

  async publish<P extends object>(
    contract: EventContract<P>,
    payload: P,
    aggregateId: string = randomUUID(),
    streamVersion = 1,
  ): Promise<void> {
    await this.service.publish(recordedEvent(contract, payload, { aggregateId, streamVersion }));
  }

  /** A captured payment of which the tutor is to get `earnings`. */
  async captured(tutorId: string, earnings: number, currency: 'USD' | 'EUR' = 'USD'): Promise<string> {
    const paymentId = randomUUID();
    const price = Money.of((earnings * 10) / 8, currency);
    const payment = Payment.create({
      paymentId,
      bookingId: randomUUID(),
      studentId: randomUUID(),
      tutorId,
      price,
      commissionBps: 2_000,
    });
    payment.complete({ providerRef: `ch_${paymentId}`, providerEventId: `evt_${paymentId}`, price });
    await this.service.handling(() => this.service.get(PaymentRepository).add(payment));
    return paymentId;
  }

  async released(tutorId: string, earnings: number, currency: 'USD' | 'EUR' = 'USD'): Promise<string> {
    const paymentId = await this.captured(tutorId, earnings, currency);
    await this.change(paymentId, (payment) => payment.releaseFunds());
    await this.service.settled();
    return paymentId;
  }

  async loseDispute(paymentId: string): Promise<void> {
    await this.change(paymentId, (payment) => {
      payment.openDispute({
        disputeId: 'dp_1',
        amount: payment.price,
        reasonCode: 'fraudulent',
        evidenceDueAt: NOON,
        providerEventId: 'evt_dispute',
      });
      payment.closeDispute({ disputeId: 'dp_1', outcome: 'lost' });
    });
    await this.service.settled();
  }

  /** The payouts of a week fall due. */
  async week(week: string): Promise<void> {
    await this.service.get(PayTutorsUseCase).execute({ week, dueAt: DUE });
    await this.service.settled();
  }

  /** The next day comes for a payout that failed. */
  async nextDay(payoutId: string): Promise<void> {
    await this.service.get(Sagas).fireEarly('payment-service.payout', payoutId, 'retry');
    for (const until = Date.now() + 10_000; Date.now() < until;) {
      const rows = await this.service.query(`SELECT 1 FROM saga_timers WHERE key = $1 AND name = 'retry'`, [payoutId]);
      if (rows.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.service.settled();
  }

  /** Ids of a tutor's payouts, oldest week first. */
  async payoutsOf(tutorId: string): Promise<string[]> {
    const rows = await this.service.query('SELECT payout_id FROM payout_list WHERE tutor_id = $1 ORDER BY week, payout_id', [
      tutorId,
    ]);
    return rows.map((row) => String(row['payout_id']));
  }

  /** The one payout a tutor has. */
  async payoutOf(tutorId: string): Promise<string> {
    const [payoutId, ...others] = await this.payoutsOf(tutorId);
    if (payoutId === undefined || others.length > 0)
      throw new Error(`${tutorId} has ${others.length + (payoutId ? 1 : 0)} payouts`);
    return payoutId;
  }

  change(paymentId: string, decide: (payment: Payment) => void): Promise<void> {
    return this.service.handling(() => this.service.get(PaymentRepository).change(paymentId, decide));
  }

  /** What an account of the books stands at. */
  async balanceOf(account: string, currency = 'USD'): Promise<number> {
    const [row] = await this.service.query(
      'SELECT debit - credit AS balance FROM ledger_balances WHERE account = $1 AND currency = $2',
      [account, currency],
    );
    return Number(row?.['balance'] ?? 0);
  }
}
