import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { foreignReference, id } from '../schemas.ts';

export const PayoutStarted = defineEvent({
  name: 'payout.started',
  producer: 'payment-service',
  aggregateType: 'Payout',
  versions: { 1: z.strictObject({ payoutId: id, tutorId: id, providerRef: foreignReference }) },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['providerRef'],
});
export type PayoutStarted = PayloadOf<typeof PayoutStarted>;
