import { randomUUID } from 'node:crypto';
import { type Answer, at, itemOf, itemsOf, type Json, textAt } from './api.ts';
import { lookBack } from './payment-look-back.ts';
import { money, short, type PaidLesson, type PaymentParts } from './payment-parts.ts';
import { paymentPeople, type PaymentPeople } from './payment-people.ts';
import { ProviderReports } from './provider-reports.ts';
import { stepsOf } from './saga-view.ts';
import { ToldLesson } from './told-lesson.ts';

/**
 * Payments from the booking to the payout, and their past. What matching-service will tell, the demo puts on the bus. Every line was seen; throws
 * NotSeen for the first that was not.
 */
export async function playPayments(parts: PaymentParts): Promise<void> {
  const { api, superadmin, story } = parts;
  story.chapter('A lesson is booked and paid; payment-service only hears of it');
  const people = await paymentPeople(api, superadmin, story);
  const scene = new PaymentScene(parts, people);
  const first = await scene.book(5_000, 'pm_ok', 'completed');
  await scene.fails();
  await scene.refundsHalf(first);
  const second = await scene.refundsAboveLimit();
  const third = await scene.disputes();
  await scene.settles(first, 2_000);
  await scene.settles(second, 8_000);
  await scene.paysOut([first, second, third]);
  await lookBack(first, parts, people);
}

class PaymentScene {
  constructor(
    private readonly parts: PaymentParts,
    private readonly people: PaymentPeople,
  ) {}

  /** Tells that a lesson is booked, and waits until its payment is `status`. */
  async book(amount: number, paymentMethodId: string, status: string): Promise<PaidLesson> {
    const { api, bus, story } = this.parts;
    const { student, tutor } = this.people;
    const lesson = new ToldLesson(bus, { studentId: student.id, tutorId: tutor.id });
    await lesson.request(amount, paymentMethodId);
    story.says(`booking.requested: ${money(amount)} with ${paymentMethodId}`);
    const path = `/payments?bookingId=${lesson.bookingId}`;
    const payment = await story.sees(`GET ${short(path)} → ${status}`, async () =>
      itemsOf((await api.call('GET', path, { token: student.token })).body).find((one) => textAt(one, 'status') === status),
    );
    return { lesson, paymentId: textAt(payment, 'id') };
  }

  async fails(): Promise<void> {
    const { story } = this.parts;
    story.chapter('Another card is declined');
    const { paymentId } = await this.book(5_000, 'pm_declined', 'failed');
    const history = await this.#get(`/payments/${paymentId}/history`, this.people.finance.token);
    const names = itemsOf(history).map((one) => textAt(one, 'eventName'));
    story.expect(
      `GET ${short(`/payments/${paymentId}/history`)} → ${names.join(', ')}`,
      names.at(-1) === 'payment.failed',
      history,
    );
  }

  async refundsHalf({ lesson, paymentId }: PaidLesson): Promise<void> {
    const { story } = this.parts;
    story.chapter('The student cancels 20 hours before: half goes back, by the rules');
    await lesson.cancelLate();
    story.says('booking.cancelled: refundBps 5000');
    const payment = await this.#untilStatus(paymentId, 'partially_refunded', this.people.tutor.token);
    const halves = [at(payment, 'totalRefunded'), at(payment, 'feeReversed'), at(payment, 'earningsReversed')];
    story.expect(
      `${money(2_500)} went back: ${money(500)} of the fee, ${money(2_000)} of the tutor's earnings`,
      halves.join() === '2500,500,2000',
      payment,
    );
  }

  async refundsAboveLimit(): Promise<PaidLesson> {
    const { api, story } = this.parts;
    const { student, support, finance } = this.people;
    story.chapter('A refund above the limit waits for a second person');
    const paid = await this.book(20_000, 'pm_ok', 'completed');
    const path = `/payments/${paid.paymentId}/refunds`;
    const asked = await api.call('POST', path, {
      token: support.token,
      body: { amount: 10_000, reason: 'the lesson was too short' },
    });
    const refundId = textAt(asked.body, 'refundId');
    story.expect(
      `POST ${short(path)} of ${money(10_000)}, by support → ${asked.status}, needsApproval`,
      asked.status === 202 && at(asked.body, 'needsApproval') === true,
      asked.body,
    );
    await story.sees('GET /payments/refund-queue shows it', () => this.#waiting(refundId));
    const task = await story.sees('GET /admin/approvals?kind=refund&status=open shows a task', () =>
      itemOf(
        api,
        '/admin/approvals?kind=refund&status=open&limit=100',
        finance.token,
        (one) => textAt(one, 'subjectId') === refundId,
      ),
    );
    const decision = `/admin/approvals/${textAt(task, 'approvalId')}/decision`;
    const decide = (token: string): Promise<Answer> =>
      api.call('POST', decision, { token, body: { decision: 'approved', reason: 'the recording agrees' } });
    const own = await decide(support.token);
    story.expect(
      `POST ${short(decision)}, by whom it was asked for → ${own.status} ${textAt(own.body, 'code')}`,
      own.status === 403 && textAt(own.body, 'code') === 'SAME_PERSON',
      own.body,
    );
    const other = await decide(finance.token);
    story.expect(
      `the same, by another administrator → ${other.status} ${textAt(other.body, 'status')}`,
      other.status === 200 && textAt(other.body, 'status') === 'approved',
      other.body,
    );
    const refunded = await this.#untilStatus(paid.paymentId, 'partially_refunded', student.token);
    story.expect(`${money(10_000)} went back`, at(refunded, 'totalRefunded') === 10_000, refunded);
    return paid;
  }

  async disputes(): Promise<PaidLesson> {
    const { api, story, reports } = this.parts;
    const { student, finance, operator } = this.people;
    story.chapter('A dispute: the money stands still until the bank has decided');
    const paid = await this.book(3_000, 'pm_ok', 'completed');
    const { paymentId, lesson } = paid;
    const disputeId = `dp_${randomUUID()}`;
    const opened = await reports.send(
      {
        type: 'dispute.opened',
        paymentId,
        disputeId,
        amount: 3_000,
        currency: 'USD',
        reasonCode: 'unrecognized',
        evidenceDueAt: new Date(Date.now() + 604_800_000).toISOString(),
      },
      3,
    );
    story.expect(
      `POST /payments/webhooks/fake, dispute.opened, three times → ${opened.map(({ status }) => status).join(', ')}`,
      opened.every(({ status }) => status === 204),
      opened.map(({ body }) => body),
    );
    const [forged] = await new ProviderReports(api, 'whsec_guessed').send({
      type: 'dispute.closed',
      paymentId,
      disputeId,
      won: true,
    });
    story.expect(
      `dispute.closed, signed with another secret → ${forged?.status} ${textAt(forged?.body ?? null, 'code')}`,
      forged?.status === 401,
      forged?.body,
    );
    const refused = await api.call('POST', `/payments/${paymentId}/refunds`, { token: student.token, body: { reason: 'now' } });
    story.expect(`a refund meanwhile → ${refused.status} ${textAt(refused.body, 'code')}`, refused.status === 422, refused.body);
    await lesson.settle(paymentId);
    const saga = `/ops/payment-service/sagas/payment-service.release/${paymentId}`;
    await story.sees('booking.settled: the release was asked for, and the money is still held', async () => {
      const [asked] = stepsOf(await this.#get(saga, operator.token));
      if (asked === undefined || textAt(asked, 'status') !== 'done') return undefined;
      return textAt(await this.#get(`/payments/${paymentId}`, student.token), 'settlement') === 'held' ? true : undefined;
    });
    await reports.send({ type: 'dispute.closed', paymentId, disputeId, won: true });
    story.says('dispute.closed: won');
    await this.#untilReleased(paymentId, 2_400);
    const history = itemsOf(await this.#get(`/payments/${paymentId}/history`, finance.token)).map((one) =>
      textAt(one, 'eventName'),
    );
    story.expect(
      `its history: ${history.slice(3).join(', ')}`,
      history.slice(3, 6).join() === 'payment.dispute_opened,payment.dispute_closed,payment.released',
      history,
    );
    return paid;
  }

  async settles({ lesson, paymentId }: PaidLesson, earnings: number): Promise<void> {
    const { story } = this.parts;
    story.chapter(`A lesson is settled: ${money(earnings)} are the tutor's`);
    await lesson.settle(paymentId);
    story.says('booking.settled');
    await this.#untilReleased(paymentId, earnings);
  }

  async paysOut(lessons: readonly PaidLesson[]): Promise<void> {
    const { story } = this.parts;
    const { tutor, finance } = this.people;
    story.chapter('Tutors are paid once a week; here a week lasts seconds');
    const histories = await Promise.all(
      lessons.map(({ paymentId }) => this.#get(`/payments/${paymentId}/history`, finance.token)),
    );
    const releasedAt = histories.flatMap((history) =>
      itemsOf(history)
        .filter((one) => textAt(one, 'eventName') === 'payment.released')
        .map((one) => textAt(one, 'recordedAt')),
    );
    const instant = releasedAt.toSorted().at(0) ?? '';
    const path = `/payments/me/earnings?asOf=${instant}`;
    const then = await story.sees(`GET ${path}`, async () => {
      const [earnings] = listOf(await this.#get(path, tutor.token));
      return earnings !== undefined && Number(at(earnings, 'available')) === 2_400 ? earnings : undefined;
    });
    story.says(earningsLine(then));
    const paid = await story.sees(
      'GET /payouts → paid, all of it',
      async () => {
        const [earnings] = listOf(await this.#get('/payments/me/earnings', tutor.token));
        return earnings !== undefined && Number(at(earnings, 'paid')) === 12_400 ? earnings : undefined;
      },
      120,
    );
    for (const payout of itemsOf(await this.#get('/payouts', tutor.token))) {
      story.says(`payout of week ${textAt(payout, 'week')}: ${money(Number(at(payout, 'amount')))}, ${textAt(payout, 'status')}`);
    }
    story.says(earningsLine(paid));
  }

  async #get(path: string, token: string): Promise<Json> {
    return (await this.parts.api.call('GET', path, { token })).body;
  }

  async #waiting(refundId: string): Promise<true | undefined> {
    const queue = itemsOf(await this.#get('/payments/refund-queue?limit=100', this.people.finance.token));
    return queue.some((one) => textAt(one, 'refundId') === refundId) ? true : undefined;
  }

  #untilStatus(paymentId: string, status: string, token: string): Promise<Json> {
    const path = `/payments/${paymentId}`;
    return this.parts.story.sees(`GET ${short(path)} → ${status}`, async () => {
      const payment = await this.#get(path, token);
      return textAt(payment, 'status') === status ? payment : undefined;
    });
  }

  async #untilReleased(paymentId: string, earnings: number): Promise<void> {
    const path = `/payments/${paymentId}`;
    const payment = await this.parts.story.sees(`GET ${short(path)} → released`, async () => {
      const found = await this.#get(path, this.people.tutor.token);
      return textAt(found, 'settlement') === 'released' ? found : undefined;
    });
    const left = Number(at(payment, 'tutorEarnings')) - Number(at(payment, 'earningsReversed'));
    this.parts.story.expect(`${money(left)} to the tutor`, left === earnings, payment);
  }
}

function listOf(body: Json): readonly Json[] {
  return Array.isArray(body) ? body : [];
}

function earningsLine(earnings: Json): string {
  const parts = ['held', 'available', 'paid'].map((name) => `${name} ${money(Number(at(earnings, name)))}`);
  return parts.join(' · ');
}
