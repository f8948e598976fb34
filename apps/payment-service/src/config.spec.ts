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
      payoutSchedule: { day: 1, hour: 2, timeScale: 1 },
    },
    fakeProvider: { webhookSecret: 'whsec_development', webhookReceiver: undefined, timeScale: 1 },
  });
});

test('every rule can be set', () => {
  const { rules } = loadConfig({ PAYMENT_COMMISSION_BPS: '1500', REFUND_AUTO_APPROVE_LIMIT: '0', PAYOUT_DAY: '7' });
  expect(rules).toMatchObject({ commissionBps: 1_500, autoApproveLimit: 0, payoutSchedule: { day: 7, hour: 2 } });
});

test('the week of payouts is scaled like all else, or by a scale of its own', () => {
  const scaleOf = (env: Record<string, string>): number => loadConfig(env).rules.payoutSchedule.timeScale;
  expect(scaleOf({ TIME_SCALE: '3600' })).toBe(3_600);
  expect(scaleOf({ TIME_SCALE: '3600', PAYOUT_TIME_SCALE: '20160' })).toBe(20_160);
});

test.each([
  ['PAYMENT_COMMISSION_BPS', '10001'],
  ['PAYMENT_TRIAL_COMMISSION_BPS', 'all'],
  ['REFUND_AUTO_APPROVE_LIMIT', '-1'],
  ['PAYOUT_DAY', '8'],
  ['PAYOUT_HOUR', '2.5'],
  ['PAYOUT_TIME_SCALE', '0'],
  ['FAKE_PROVIDER_WEBHOOK_URL', 'ftp://somewhere'],
])('%s cannot be %s', (name, value) => expect(() => loadConfig({ [name]: value })).toThrow(name));

test('production takes no secret that everybody knows', () => {
  expect(() => loadConfig({ NODE_ENV: 'production' })).toThrow('FAKE_PROVIDER_WEBHOOK_SECRET');
  expect(loadConfig({ NODE_ENV: 'production', FAKE_PROVIDER_WEBHOOK_SECRET: 'whsec_own' })).toBeDefined();
});
