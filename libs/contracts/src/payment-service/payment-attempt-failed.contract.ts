import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { causeCode, foreignReference, id, ordinal } from '../schemas.ts';

export const PaymentAttemptFailed = defineEvent({
  name: 'payment.attempt_failed',
  producer: 'payment-service',
  aggregateType: 'Payment',
  scope: 'local',
  versions: { 1: z.strictObject({ paymentId: id, attempt: ordinal, code: causeCode, providerEventId: foreignReference }) },
  personal: [],
  plain: ['code', 'providerEventId'],
});
export type PaymentAttemptFailed = PayloadOf<typeof PaymentAttemptFailed>;
