import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { actorId, approvalKind, currency, foreignReference, id, minorUnits } from '../schemas.ts';

/** `subjectId` names the refund, booking, dispute, payout or provider event that waits for a decision. */
export const ApprovalOpened = defineEvent({
  name: 'approval.opened',
  producer: 'admin-service',
  aggregateType: 'ApprovalTask',
  versions: {
    1: z.strictObject({
      approvalId: id,
      kind: approvalKind,
      subjectId: foreignReference,
      amount: minorUnits.optional(),
      currency: currency.optional(),
      requestedBy: actorId,
    }),
  },
  about: (payload) => payload.approvalId,
  personal: [],
  plain: ['subjectId', 'requestedBy'],
});
export type ApprovalOpened = PayloadOf<typeof ApprovalOpened>;
