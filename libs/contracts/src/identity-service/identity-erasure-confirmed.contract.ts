import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const IdentityErasureConfirmed = defineEvent({
  name: 'identity.erasure_confirmed',
  producer: 'identity-service',
  aggregateType: 'Erasure',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type IdentityErasureConfirmed = PayloadOf<typeof IdentityErasureConfirmed>;
