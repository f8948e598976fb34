import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { currency, foreignReference, id, minorUnits, price, settlement } from '../schemas.ts';

/** `lost`: the amount stays with the student, and fee and earnings are reversed; `won`: nothing is. */
export const PaymentDisputeClosed = defineEvent({
  name: 'payment.dispute_closed',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: {
    1: z.strictObject({
      paymentId: id,
      bookingId: id.nullable(),
      disputeId: foreignReference,
      outcome: z.enum(['won', 'lost']),
      amount: price,
      currency,
      feeReversed: minorUnits,
      earningsReversed: minorUnits,
      settlement,
    }),
  },
  personal: [],
  plain: ['disputeId'],
});
export type PaymentDisputeClosed = PayloadOf<typeof PaymentDisputeClosed>;
