import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { currency, id, minorUnits } from '../schemas.ts';

/** `amount` is the tutor's from now on, `fee` the platform's: what refunds and disputes have left of both. */
export const PaymentReleased = defineEvent({
  name: 'payment.released',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: {
    1: z.strictObject({
      paymentId: id,
      bookingId: id.nullable(),
      tutorId: id,
      currency,
      amount: minorUnits,
      fee: minorUnits,
    }),
  },
  about: (payload) => payload.tutorId,
  personal: [],
});
export type PaymentReleased = PayloadOf<typeof PaymentReleased>;
