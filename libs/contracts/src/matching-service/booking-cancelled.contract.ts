import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { basisPoints, id, reason } from '../schemas.ts';

export const BookingCancelled = defineEvent({
  name: 'booking.cancelled',
  producer: 'matching-service',
  aggregateType: 'Booking',
  versions: {
    1: z.strictObject({
      bookingId: id,
      paymentId: id.optional(),
      cancelledBy: z.enum(['student', 'tutor', 'admin']),
      reason,
      noticeMinutes: z.int(),
      refundBps: basisPoints,
    }),
  },
  about: (payload) => payload.bookingId,
  personal: [],
  plain: ['reason'],
});
export type BookingCancelled = PayloadOf<typeof BookingCancelled>;
