import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const PaymentErasureConfirmed = defineEvent({
  name: 'payment.erasure_confirmed',
  producer: 'payment-service',
  aggregateType: 'Erasure',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type PaymentErasureConfirmed = PayloadOf<typeof PaymentErasureConfirmed>;
