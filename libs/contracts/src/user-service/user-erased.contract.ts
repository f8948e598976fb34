import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const UserErased = defineEvent({
  name: 'user.erased',
  producer: 'user-service',
  aggregateType: 'User',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type UserErased = PayloadOf<typeof UserErased>;
