import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const BookingSettled = defineEvent({
  name: 'booking.settled',
  producer: 'matching-service',
  aggregateType: 'Booking',
  versions: { 1: z.strictObject({ bookingId: id, paymentId: id, tutorId: id }) },
  about: (payload) => payload.tutorId,
  personal: [],
});
export type BookingSettled = PayloadOf<typeof BookingSettled>;
