import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, ordinal, reason } from '../schemas.ts';

export const TutorInfoRequested = defineEvent({
  name: 'tutor.info_requested',
  producer: 'tutor-service',
  aggregateType: 'TutorProfile',
  versions: {
    1: z.strictObject({
      tutorId: id,
      userId: id,
      attempt: ordinal,
      reason,
      feedback: z.string().optional(),
      items: z.array(z.string().min(1)),
    }),
  },
  about: (payload) => payload.userId,
  personal: [],
  plain: ['reason', 'feedback', 'items'],
});
export type TutorInfoRequested = PayloadOf<typeof TutorInfoRequested>;
