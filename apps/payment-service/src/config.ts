import { z } from 'zod';
import type { PaymentRules } from './application/interfaces/payment-rules.ts';
import type { FakeProviderOptions } from './infrastructure/providers/fake.provider.ts';

interface PaymentServiceConfig {
  readonly eventStoreTable: string;
  readonly rules: PaymentRules;
  readonly fakeProvider: FakeProviderOptions;
}

const bps = z.coerce.number().int().min(0).max(10_000);
const amount = z.coerce.number().int().min(0);

/** Anybody can read it here and report captures that never were. */
const DEVELOPMENT_SECRET = 'whsec_development';

const variables = z.object({
  NODE_ENV: z.string().default('development'),
  EVENT_STORE_TABLE: z.string().default('edtech-event-store'),
  PAYMENT_COMMISSION_BPS: bps.default(2_000),
  PAYMENT_TRIAL_COMMISSION_BPS: bps.default(2_000),
  REFUND_AUTO_APPROVE_LIMIT: amount.default(5_000),
  PAYOUT_MINIMUM: amount.default(2_000),
  PAYOUT_DAY: z.coerce.number().int().min(1).max(7).default(1),
  PAYOUT_HOUR: z.coerce.number().int().min(0).max(23).default(2),
  PAYOUT_TIME_SCALE: z.coerce.number().positive().optional(),
  FAKE_PROVIDER_WEBHOOK_SECRET: z.string().min(1).default(DEVELOPMENT_SECRET),
  FAKE_PROVIDER_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  TIME_SCALE: z.coerce.number().positive().default(1),
});

/** Throws an error that names the variable when one is not usable. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): PaymentServiceConfig {
  const parsed = variables.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')} is not usable: ${message}`).join('; '));
  }
  const read = parsed.data;
  if (read.NODE_ENV === 'production' && read.FAKE_PROVIDER_WEBHOOK_SECRET === DEVELOPMENT_SECRET) {
    throw new Error('FAKE_PROVIDER_WEBHOOK_SECRET is not usable: the development secret is refused in production');
  }
  return {
    eventStoreTable: read.EVENT_STORE_TABLE,
    rules: {
      commissionBps: read.PAYMENT_COMMISSION_BPS,
      trialCommissionBps: read.PAYMENT_TRIAL_COMMISSION_BPS,
      autoApproveLimit: read.REFUND_AUTO_APPROVE_LIMIT,
      payoutMinimum: read.PAYOUT_MINIMUM,
      payoutSchedule: { day: read.PAYOUT_DAY, hour: read.PAYOUT_HOUR, timeScale: read.PAYOUT_TIME_SCALE ?? read.TIME_SCALE },
    },
    fakeProvider: {
      webhookSecret: read.FAKE_PROVIDER_WEBHOOK_SECRET,
      webhookReceiver: read.FAKE_PROVIDER_WEBHOOK_URL,
      timeScale: read.TIME_SCALE,
    },
  };
}
