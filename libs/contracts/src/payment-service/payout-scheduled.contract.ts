import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { currency, id, isoWeek, price } from '../schemas.ts';

export const PayoutScheduled = defineEvent({
  name: 'payout.scheduled',
  producer: 'payment-service',
  aggregateType: 'Payout',
  versions: {
    1: z.strictObject({
      payoutId: id,
      tutorId: id,
      week: isoWeek,
      amount: price,
      currency,
      paymentIds: z.array(id),
      deductions: z.array(z.strictObject({ refundId: id, amount: price })),
    }),
  },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['week'],
});
export type PayoutScheduled = PayloadOf<typeof PayoutScheduled>;
