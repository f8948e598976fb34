import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { foreignReference, id, reason } from '../schemas.ts';

/** The provider reported what this payment cannot have gone through; nothing but a person can tell who is right. */
export const PaymentProviderMismatch = defineEvent({
  name: 'payment.provider_mismatch',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: {
    1: z.strictObject({
      paymentId: id,
      providerEventId: foreignReference,
      expected: reason,
      actual: reason,
    }),
  },
  personal: [],
  plain: ['providerEventId', 'expected', 'actual'],
});
export type PaymentProviderMismatch = PayloadOf<typeof PaymentProviderMismatch>;
