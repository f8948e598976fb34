import { expect, test } from 'vitest';
import { loadConfig } from './config.ts';

test('an empty environment gives the rules of the platform', () => {
  expect(loadConfig({ PAYOUT_MINIMUM: '' })).toEqual({
    eventStoreTable: 'edtech-event-store',
    rules: {
      commissionBps: 2_000,
      trialCommissionBps: 2_000,
      autoApproveLimit: 5_000,
      payoutMinimum: 2_000,
      payoutSchedule: { day: 1, hour: 2 },
    },
    fakeProvider: { webhookSecret: 'whsec_development', webhookReceiver: undefined, timeScale: 1 },
  });
});

test('every rule can be set', () => {
  const { rules } = loadConfig({ PAYMENT_COMMISSION_BPS: '1500', REFUND_AUTO_APPROVE_LIMIT: '0', PAYOUT_DAY: '7' });
  expect(rules).toMatchObject({ commissionBps: 1_500, autoApproveLimit: 0, payoutSchedule: { day: 7, hour: 2 } });
});

test.each([
  ['PAYMENT_COMMISSION_BPS', '10001'],
  ['PAYMENT_TRIAL_COMMISSION_BPS', 'all'],
  ['REFUND_AUTO_APPROVE_LIMIT', '-1'],
  ['PAYOUT_DAY', '8'],
  ['PAYOUT_HOUR', '2.5'],
  ['FAKE_PROVIDER_WEBHOOK_URL', 'ftp://somewhere'],
])('%s cannot be %s', (name, value) => expect(() => loadConfig({ [name]: value })).toThrow(name));

test('production takes no secret that everybody knows', () => {
  expect(() => loadConfig({ NODE_ENV: 'production' })).toThrow('FAKE_PROVIDER_WEBHOOK_SECRET');
  expect(loadConfig({ NODE_ENV: 'production', FAKE_PROVIDER_WEBHOOK_SECRET: 'whsec_own' })).toBeDefined();
});
