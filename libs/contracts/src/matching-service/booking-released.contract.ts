import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, reason } from '../schemas.ts';

export const BookingReleased = defineEvent({
  name: 'booking.released',
  producer: 'matching-service',
  aggregateType: 'Booking',
  versions: { 1: z.strictObject({ bookingId: id, reason }) },
  about: (payload) => payload.bookingId,
  personal: [],
  plain: ['reason'],
});
export type BookingReleased = PayloadOf<typeof BookingReleased>;
