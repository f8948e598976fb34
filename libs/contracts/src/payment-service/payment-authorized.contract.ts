import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { foreignReference, id, instant } from '../schemas.ts';

export const PaymentAuthorized = defineEvent({
  name: 'payment.authorized',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: { 1: z.strictObject({ paymentId: id, providerRef: foreignReference, expiresAt: instant }) },
  personal: [],
  plain: ['providerRef'],
});
export type PaymentAuthorized = PayloadOf<typeof PaymentAuthorized>;
