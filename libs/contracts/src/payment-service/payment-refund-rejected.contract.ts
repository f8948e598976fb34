import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { actorId, id, reason } from '../schemas.ts';

export const PaymentRefundRejected = defineEvent({
  name: 'payment.refund_rejected',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: { 1: z.strictObject({ paymentId: id, refundId: id, by: actorId, reason }) },
  personal: [],
  plain: ['by', 'reason'],
});
export type PaymentRefundRejected = PayloadOf<typeof PaymentRefundRejected>;
