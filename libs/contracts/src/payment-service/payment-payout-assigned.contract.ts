import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const PaymentPayoutAssigned = defineEvent({
  name: 'payment.payout_assigned',
  producer: 'payment-service',
  aggregateType: 'Payment',
  scope: 'local',
  versions: { 1: z.strictObject({ paymentId: id, payoutId: id }) },
  personal: [],
});
export type PaymentPayoutAssigned = PayloadOf<typeof PaymentPayoutAssigned>;
