import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { currency, foreignReference, id, minorUnits, price } from '../schemas.ts';

/** The money is captured. `late`: the payment had failed or was cancelled before; the money goes back. */
export const PaymentCompleted = defineEvent({
  name: 'payment.completed',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: {
    1: z.strictObject({
      paymentId: id,
      bookingId: id.nullable(),
      studentId: id,
      tutorId: id,
      amount: price,
      currency,
      platformFee: minorUnits,
      tutorEarnings: minorUnits,
      providerRef: foreignReference,
      late: z.boolean(),
    }),
  },
  about: (payload) => payload.studentId,
  personal: [],
  plain: ['providerRef'],
});
export type PaymentCompleted = PayloadOf<typeof PaymentCompleted>;
