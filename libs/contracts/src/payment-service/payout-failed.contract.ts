import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, ordinal } from '../schemas.ts';

export const PayoutFailed = defineEvent({
  name: 'payout.failed',
  producer: 'payment-service',
  aggregateType: 'Payout',
  versions: { 1: z.strictObject({ payoutId: id, tutorId: id, attempt: ordinal, code: z.string().min(1), final: z.boolean() }) },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['code'],
});
export type PayoutFailed = PayloadOf<typeof PayoutFailed>;
