import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, reason } from '../schemas.ts';

export const PaymentCancelled = defineEvent({
  name: 'payment.cancelled',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: { 1: z.strictObject({ paymentId: id, bookingId: id.nullable(), reason }) },
  personal: [],
  plain: ['reason'],
});
export type PaymentCancelled = PayloadOf<typeof PaymentCancelled>;
