import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { causeCode, foreignReference, id } from '../schemas.ts';

export const PaymentFailed = defineEvent({
  name: 'payment.failed',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: {
    1: z.strictObject({ paymentId: id, bookingId: id.nullable(), code: causeCode, providerEventId: foreignReference }),
  },
  personal: [],
  plain: ['code', 'providerEventId'],
});
export type PaymentFailed = PayloadOf<typeof PaymentFailed>;
