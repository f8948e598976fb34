import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { actorId, currency, id, price, reason } from '../schemas.ts';

export const PaymentRefundRequested = defineEvent({
  name: 'payment.refund_requested',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: {
    1: z.strictObject({
      paymentId: id,
      refundId: id,
      amount: price,
      currency,
      reason,
      requestedBy: actorId,
      source: z.enum(['policy', 'student', 'support', 'dispute']),
      needsApproval: z.boolean(),
    }),
  },
  personal: [],
  plain: ['reason', 'requestedBy'],
});
export type PaymentRefundRequested = PayloadOf<typeof PaymentRefundRequested>;
