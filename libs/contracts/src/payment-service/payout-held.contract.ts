import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { actorId, id, reason } from '../schemas.ts';

/** `by` is the person who stopped it, whom another one has to overrule; the platform itself stops without. */
export const PayoutHeld = defineEvent({
  name: 'payout.held',
  producer: 'payment-service',
  aggregateType: 'Payout',
  versions: { 1: z.strictObject({ payoutId: id, tutorId: id, reason, by: actorId.optional() }) },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['reason', 'by'],
});
export type PayoutHeld = PayloadOf<typeof PayoutHeld>;
