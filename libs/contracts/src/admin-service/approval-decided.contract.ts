import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { actorId, approvalKind, foreignReference, id, minorUnits, reason } from '../schemas.ts';

/** `subjectId` names the refund, booking, dispute, payout or provider event that waited for it. */
export const ApprovalDecided = defineEvent({
  name: 'approval.decided',
  producer: 'admin-service',
  aggregateType: 'ApprovalTask',
  versions: {
    1: z.strictObject({
      approvalId: id,
      kind: approvalKind,
      subjectId: foreignReference,
      decision: z.enum(['approved', 'rejected', 'expired']),
      amount: minorUnits.optional(),
      reason,
      decidedBy: actorId,
    }),
  },
  about: (payload) => payload.approvalId,
  personal: [],
  plain: ['subjectId', 'reason', 'decidedBy'],
});
export type ApprovalDecided = PayloadOf<typeof ApprovalDecided>;
