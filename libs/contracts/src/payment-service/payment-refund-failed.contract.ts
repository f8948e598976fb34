import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { causeCode, foreignReference, id } from '../schemas.ts';

export const PaymentRefundFailed = defineEvent({
  name: 'payment.refund_failed',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: {
    1: z.strictObject({
      paymentId: id,
      refundId: id,
      code: causeCode,
      retryable: z.boolean(),
      providerEventId: foreignReference,
    }),
  },
  personal: [],
  plain: ['code', 'providerEventId'],
});
export type PaymentRefundFailed = PayloadOf<typeof PaymentRefundFailed>;
