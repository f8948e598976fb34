import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { actorId, id } from '../schemas.ts';

export const PaymentRefundApproved = defineEvent({
  name: 'payment.refund_approved',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: { 1: z.strictObject({ paymentId: id, refundId: id, by: actorId, auto: z.boolean() }) },
  personal: [],
  plain: ['by'],
});
export type PaymentRefundApproved = PayloadOf<typeof PaymentRefundApproved>;
