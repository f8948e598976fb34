import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { currency, foreignReference, id, minorUnits, price, settlement } from '../schemas.ts';

/** The money went back. `full`: with this refund the refunds add up to the price. */
export const PaymentRefunded = defineEvent({
  name: 'payment.refunded',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: {
    1: z.strictObject({
      paymentId: id,
      bookingId: id.nullable(),
      refundId: id,
      amount: price,
      currency,
      totalRefunded: price,
      full: z.boolean(),
      feeReversed: minorUnits,
      earningsReversed: minorUnits,
      settlement,
      providerRef: foreignReference,
    }),
  },
  personal: [],
  plain: ['providerRef'],
});
export type PaymentRefunded = PayloadOf<typeof PaymentRefunded>;
