import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { actorId, id, minorUnits } from '../schemas.ts';

export const BookingIssueResolved = defineEvent({
  name: 'booking.issue_resolved',
  producer: 'matching-service',
  aggregateType: 'Booking',
  versions: {
    1: z.strictObject({
      bookingId: id,
      paymentId: id,
      outcome: z.enum(['full', 'partial', 'none']),
      refundAmount: minorUnits,
      decidedBy: actorId,
    }),
  },
  about: (payload) => payload.bookingId,
  personal: [],
  plain: ['decidedBy'],
});
export type BookingIssueResolved = PayloadOf<typeof BookingIssueResolved>;
