import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const TutorErasureConfirmed = defineEvent({
  name: 'tutor.erasure_confirmed',
  producer: 'tutor-service',
  aggregateType: 'Erasure',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type TutorErasureConfirmed = PayloadOf<typeof TutorErasureConfirmed>;
