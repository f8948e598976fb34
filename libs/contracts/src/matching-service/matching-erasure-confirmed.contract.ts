import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const MatchingErasureConfirmed = defineEvent({
  name: 'matching.erasure_confirmed',
  producer: 'matching-service',
  aggregateType: 'Erasure',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type MatchingErasureConfirmed = PayloadOf<typeof MatchingErasureConfirmed>;
