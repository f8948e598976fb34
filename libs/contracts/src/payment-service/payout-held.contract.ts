import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, reason } from '../schemas.ts';

export const PayoutHeld = defineEvent({
  name: 'payout.held',
  producer: 'payment-service',
  aggregateType: 'Payout',
  versions: { 1: z.strictObject({ payoutId: id, tutorId: id, reason }) },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['reason'],
});
export type PayoutHeld = PayloadOf<typeof PayoutHeld>;
