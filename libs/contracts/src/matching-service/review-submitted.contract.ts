import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const ReviewSubmitted = defineEvent({
  name: 'review.submitted',
  producer: 'matching-service',
  aggregateType: 'Review',
  versions: { 1: z.strictObject({ reviewId: id, bookingId: id, tutorId: id, studentId: id, rating: z.int().min(1).max(5) }) },
  about: (payload) => payload.studentId,
  personal: [],
});
export type ReviewSubmitted = PayloadOf<typeof ReviewSubmitted>;
