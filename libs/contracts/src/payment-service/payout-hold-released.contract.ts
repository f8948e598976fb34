import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { actorId, foreignReference, id, reason } from '../schemas.ts';

export const PayoutHoldReleased = defineEvent({
  name: 'payout.hold_released',
  producer: 'payment-service',
  aggregateType: 'Payout',
  versions: {
    1: z.strictObject({
      payoutId: id,
      tutorId: id,
      by: actorId,
      reason: reason.optional(),
      /** The approval or command that let it go: it does so once. */
      decisionId: foreignReference.optional(),
    }),
  },
  about: (payload) => payload.tutorId,
  personal: [],
  plain: ['by', 'reason', 'decisionId'],
});
export type PayoutHoldReleased = PayloadOf<typeof PayoutHoldReleased>;
