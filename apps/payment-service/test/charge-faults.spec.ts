import { randomUUID } from 'node:crypto';
import { EventStoreService } from '@edtech/shared-kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChargePaymentCommand } from '../src/application/commands/charge-payment.command.ts';
import { SendRefundCommand } from '../src/application/commands/send-refund.command.ts';
import { ChargeAttempts } from '../src/application/interfaces/charge-attempts.ts';
import { PaymentProvider } from '../src/application/interfaces/payment-provider.interface.ts';
import { PaymentRepository } from '../src/application/interfaces/payment.repository.ts';
import { ChargePaymentUseCase } from '../src/application/use-cases/charge-payment.usecase.ts';
import { ConfirmPaymentUseCase } from '../src/application/use-cases/confirm-payment.usecase.ts';
import { CreatePaymentUseCase } from '../src/application/use-cases/create-payment.usecase.ts';
import { SendRefundUseCase } from '../src/application/use-cases/send-refund.usecase.ts';
import { BookedLesson } from './booking-events.fixture.ts';
import { Died, DyingRepository, FaultyProvider, type ProviderFault } from './faulty-parts.ts';
import { LIMIT, request } from './payment.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

const CHARGED = ['payment.created', 'payment.authorized', 'payment.completed'];
const REFUNDED = [...CHARGED, 'payment.refund_requested', 'payment.refund_approved', 'payment.refunded'];
let service: RunningPaymentService;

beforeAll(async () => {
  service = await runningPaymentService({ ROLE: 'http' });
});
afterAll(() => service.close());

interface Parts {
  readonly payments?: PaymentRepository;
  readonly provider?: PaymentProvider;
}

function charge(paymentId: string, { payments, provider }: Parts = {}): Promise<unknown> {
  const useCase = new ChargePaymentUseCase(
    payments ?? service.get(PaymentRepository),
    service.get(ChargeAttempts),
    provider ?? service.get(PaymentProvider),
  );
  return service.handling(() => useCase.execute(new ChargePaymentCommand(paymentId)));
}
function confirm({ paymentId, studentId }: BookedLesson, commandId: string, payments?: PaymentRepository): Promise<unknown> {
  const [repository, attempts] = [payments ?? service.get(PaymentRepository), service.get(ChargeAttempts)];
  const provider = service.get(PaymentProvider);
  const pay = new ChargePaymentUseCase(repository, attempts, provider);
  const useCase = new ConfirmPaymentUseCase(repository, attempts, provider, pay);
  return service.handling(() => useCase.execute({ paymentId, studentId, commandId }));
}
function sendRefund(paymentId: string, refundId: string, { payments, provider }: Parts = {}): Promise<void> {
  const useCase = new SendRefundUseCase(payments ?? service.get(PaymentRepository), provider ?? service.get(PaymentProvider));
  return service.handling(() => useCase.execute(new SendRefundCommand(paymentId, refundId, 1)));
}
async function created({ requested: { payload } } = new BookedLesson('pm_ok')): Promise<string> {
  return service.handling(() => service.get(CreatePaymentUseCase).execute(payload));
}
/** Charged, with the refund of 25 dollars approved. */
async function refunding(): Promise<[paymentId: string, refundId: string]> {
  const paymentId = await created();
  await charge(paymentId);
  const refund = request({ source: 'policy' });
  await service.handling(() =>
    service.get(PaymentRepository).change(paymentId, (payment) => {
      payment.requestRefund(refund, LIMIT);
      payment.approveRefund({ refundId: refund.refundId, by: 'system:refund-saga', auto: true });
    }),
  );
  return [paymentId, refund.refundId];
}
async function stored(aggregateId: string): Promise<string[]> {
  const events = await service.get(EventStoreService).readStream({ aggregateType: 'Payment', aggregateId }).all();
  return events.map(({ eventName }) => eventName);
}
async function books(paymentId: string): Promise<unknown> {
  const text = `SELECT count(*)::int AS charges, count(capture_ref)::int AS captured, sum(refunded)::int AS refunded
                FROM fake_provider_charges WHERE payment_id = $1`;
  return (await service.query(text, [paymentId]))[0];
}

describe('a confirmation', () => {
  test('that its sender repeats is one attempt, also when the process dies before it answers', async () => {
    const lesson = new BookedLesson('pm_insufficient_funds');
    await charge(await created(lesson));
    const twice = ['payment.created', 'payment.attempt_failed', 'payment.attempt_failed'];
    const commandId = randomUUID();
    const payments = new DyingRepository(service.get(PaymentRepository), { atWrite: 1, when: 'after' });
    await expect(confirm(lesson, commandId, payments)).rejects.toThrow(Died);
    await confirm(lesson, commandId);
    expect(await stored(lesson.paymentId)).toEqual(twice);
    await confirm(lesson, randomUUID());
    expect(await stored(lesson.paymentId)).toEqual([...twice, 'payment.failed']);
  });
});

describe('a process that dies', () => {
  test.each([1, 2].flatMap((atWrite) => (['before', 'after'] as const).map((when) => ({ atWrite, when }))))(
    'while it charges ($when write $atWrite) has charged once and recorded once when another goes on',
    async (death) => {
      const paymentId = await created();
      const payments = new DyingRepository(service.get(PaymentRepository), death);
      await expect(charge(paymentId, { payments })).rejects.toThrow(Died);
      await charge(paymentId);
      await charge(paymentId);
      expect(await stored(paymentId)).toEqual(CHARGED);
      expect(await books(paymentId)).toEqual({ charges: 1, captured: 1, refunded: 0 });
    },
  );

  test.each(['before', 'after'] as const)('while it refunds (%s the record) has sent the money once', async (when) => {
    const [paymentId, refundId] = await refunding();
    const payments = new DyingRepository(service.get(PaymentRepository), { atWrite: 1, when });
    await expect(sendRefund(paymentId, refundId, { payments })).rejects.toThrow(Died);
    await sendRefund(paymentId, refundId);
    expect(await stored(paymentId)).toEqual(REFUNDED);
    expect(await books(paymentId)).toEqual({ charges: 1, captured: 1, refunded: 2_500 });
  });
});

const FAULTS: readonly ProviderFault[] = ['away', 'reply lost', 'reply lost, then away'];

describe('a provider that is away or whose reply is lost', () => {
  test.each((['authorize', 'capture'] as const).flatMap((step) => FAULTS.map((fault) => ({ step, fault }))))(
    '$step, $fault: charged once, recorded once',
    async ({ step, fault }) => {
      const paymentId = await created();
      await charge(paymentId, { provider: new FaultyProvider(service.get(PaymentProvider), step, fault) });
      await charge(paymentId);
      expect(await stored(paymentId)).toEqual(CHARGED);
      expect(await books(paymentId)).toEqual({ charges: 1, captured: 1, refunded: 0 });
    },
  );

  test('a lost reply is looked up at once, not waited for', async () => {
    const paymentId = await created();
    await charge(paymentId, { provider: new FaultyProvider(service.get(PaymentProvider), 'capture', 'reply lost') });
    expect(await stored(paymentId)).toEqual(CHARGED);
  });

  test.each(FAULTS)('refund, %s: sent once, recorded once', async (fault) => {
    const [paymentId, refundId] = await refunding();
    await sendRefund(paymentId, refundId, { provider: new FaultyProvider(service.get(PaymentProvider), 'refund', fault) });
    await sendRefund(paymentId, refundId);
    expect(await stored(paymentId)).toEqual(REFUNDED);
    expect(await books(paymentId)).toEqual({ charges: 1, captured: 1, refunded: 2_500 });
  });
});

test('a payment that was cancelled while the provider was asked keeps no authorization', async () => {
  const paymentId = await created();
  const provider = service.get(PaymentProvider);
  const cancelling = new FaultyProvider(provider, 'refund', 'away');
  cancelling.authorize = async (asked) => {
    const outcome = await provider.authorize(asked);
    await service.get(PaymentRepository).change(paymentId, (payment) => payment.cancel('the hold expired'));
    return outcome;
  };
  await charge(paymentId, { provider: cancelling });
  expect(await stored(paymentId)).toEqual(['payment.created', 'payment.cancelled']);
  expect(await books(paymentId)).toMatchObject({ charges: 0 });
});
