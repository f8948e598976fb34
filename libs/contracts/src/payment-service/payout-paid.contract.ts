import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { currency, id, minorUnits } from '../schemas.ts';

export const PayoutPaid = defineEvent({
  name: 'payout.paid',
  producer: 'payment-service',
  aggregateType: 'Payout',
  versions: {
    1: z.strictObject({
      payoutId: id,
      tutorId: id,
      amount: minorUnits,
      currency,
      paymentIds: z.array(id),
      providerRef: z.string().min(1),
    }),
  },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['providerRef'],
});
export type PayoutPaid = PayloadOf<typeof PayoutPaid>;
