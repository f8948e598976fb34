import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { currency, foreignReference, id, instant, price, subjectCode, timezone } from '../schemas.ts';

export const BookingRequested = defineEvent({
  name: 'booking.requested',
  producer: 'matching-service',
  aggregateType: 'Booking',
  versions: {
    1: z.strictObject({
      bookingId: id,
      studentId: id,
      tutorId: id,
      tutorUserId: id,
      subject: subjectCode,
      kind: z.enum(['regular', 'trial']),
      startsAt: instant,
      endsAt: instant,
      timezone,
      hourlyRate: price,
      amount: price,
      currency,
      paymentMethodId: foreignReference,
      holdExpiresAt: instant,
    }),
  },
  about: (payload) => payload.studentId,
  personal: [],
  plain: ['timezone', 'paymentMethodId'],
});
export type BookingRequested = PayloadOf<typeof BookingRequested>;
