import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { causeCode, currency, foreignReference, id, instant, price } from '../schemas.ts';

export const PaymentDisputeOpened = defineEvent({
  name: 'payment.dispute_opened',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: {
    1: z.strictObject({
      paymentId: id,
      bookingId: id.nullable(),
      disputeId: foreignReference,
      amount: price,
      currency,
      reasonCode: causeCode,
      evidenceDueAt: instant,
    }),
  },
  personal: [],
  plain: ['disputeId', 'reasonCode'],
});
export type PaymentDisputeOpened = PayloadOf<typeof PaymentDisputeOpened>;
