import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { foreignReference, id, price } from '../schemas.ts';

/** Earnings that were reversed after a payout had them, by the refund or dispute `reversalId`: this later payout pays `amount` less. */
export const PaymentReversalDeducted = defineEvent({
  name: 'payment.reversal_deducted',
  producer: 'payment-service',
  aggregateType: 'Payment',
  scope: 'local',
  versions: { 1: z.strictObject({ paymentId: id, reversalId: foreignReference, payoutId: id, amount: price }) },
  about: (payload) => payload.paymentId,
  personal: [],
  plain: ['reversalId'],
});
export type PaymentReversalDeducted = PayloadOf<typeof PaymentReversalDeducted>;
