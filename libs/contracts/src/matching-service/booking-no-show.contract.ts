import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { basisPoints, id } from '../schemas.ts';

export const BookingNoShow = defineEvent({
  name: 'booking.no_show',
  producer: 'matching-service',
  aggregateType: 'Booking',
  versions: {
    1: z.strictObject({ bookingId: id, paymentId: id, tutorId: id, who: z.enum(['tutor', 'student']), refundBps: basisPoints }),
  },
  about: (payload) => payload.tutorId,
  personal: [],
});
export type BookingNoShow = PayloadOf<typeof BookingNoShow>;
