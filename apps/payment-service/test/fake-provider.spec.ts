import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PaymentProvider } from '../src/application/interfaces/payment-provider.interface.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

let service: RunningPaymentService;
let provider: PaymentProvider;

beforeAll(async () => {
  service = await runningPaymentService({ ROLE: 'http' });
  provider = service.get(PaymentProvider);
});
afterAll(() => service.close());

function authorization(paymentMethodId = 'pm_ok') {
  const paymentId = randomUUID();
  return { idempotencyKey: `${paymentId}:authorize:1`, paymentId, paymentMethodId, amount: 5_000, currency: 'USD' };
}
async function authorized(paymentMethodId?: string): Promise<string> {
  const outcome = await provider.authorize(authorization(paymentMethodId));
  if (outcome.outcome !== 'authorized') throw new Error(outcome.outcome);
  return outcome.providerRef;
}
async function captured(paymentMethodId?: string): Promise<string> {
  const outcome = await provider.capture({ idempotencyKey: randomUUID(), providerRef: await authorized(paymentMethodId) });
  if (outcome.outcome !== 'captured') throw new Error(outcome.outcome);
  return outcome.providerRef;
}
async function count(table: string): Promise<number> {
  return (await service.query(`SELECT 1 FROM fake_provider_${table}`)).length;
}

describe('a key is carried out once', () => {
  test('and its repeats, also at the same time, get the first outcome', async () => {
    const request = authorization();
    const before = await count('charges');
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => provider.authorize(request)));
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    expect(await count('charges')).toBe(before + 1);
    expect(await provider.query(request.idempotencyKey)).toEqual(outcomes[0]);
  });

  test('an outcome that was a failure is repeated too: another try needs another key', async () => {
    const order = { providerRef: await captured('pm_refund_fails_twice'), amount: 5_000, currency: 'USD' };
    const send = (idempotencyKey: string) => provider.refund({ ...order, idempotencyKey });
    const run = randomUUID();
    for (const key of ['1', '1', '2']) expect(await send(run + key)).toMatchObject({ outcome: 'failed', retryable: true });
    for (const key of ['3', '3']) expect(await send(run + key)).toMatchObject({ outcome: 'refunded' });
    expect(await send(`${run}4`)).toEqual({ outcome: 'failed', code: 'amount_not_available', retryable: false });
  });

  test('another operation under it is refused', async () => {
    const request = authorization();
    await provider.authorize(request);
    await expect(provider.authorize({ ...request, amount: 1 })).rejects.toMatchObject({ code: 'PROVIDER_KEY_REUSED' });
  });

  test('what never arrived is not known', async () => {
    expect(await provider.query(randomUUID())).toBeUndefined();
  });
});

test('a reply that is lost once was carried out all the same', async () => {
  const request = { idempotencyKey: randomUUID(), providerRef: await authorized('pm_timeout_then_ok') };
  await expect(provider.capture(request)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  expect(await provider.query(request.idempotencyKey)).toMatchObject({ outcome: 'captured', amount: 5_000 });
  expect(await provider.capture(request)).toMatchObject({ outcome: 'captured' });
});

test('an authorization is captured once, and not after it was let go', async () => {
  const providerRef = await authorized();
  expect(await provider.capture({ idempotencyKey: randomUUID(), providerRef })).toMatchObject({ outcome: 'captured' });
  expect(await provider.capture({ idempotencyKey: randomUUID(), providerRef })).toMatchObject({ code: 'not_capturable' });
  const other = await authorized();
  for (let n = 0; n < 2; n++) await provider.cancel({ idempotencyKey: `${other}:cancel`, providerRef: other });
  expect(await provider.capture({ idempotencyKey: randomUUID(), providerRef: other })).toMatchObject({ code: 'not_capturable' });
});

test('never more is refunded than was captured, whoever asks at the same time', async () => {
  const order = { providerRef: await captured(), amount: 2_000, currency: 'USD' };
  const outcomes = await Promise.all(
    Array.from({ length: 4 }, () => provider.refund({ ...order, idempotencyKey: randomUUID() })),
  );
  expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['failed', 'failed', 'refunded', 'refunded']);
});
