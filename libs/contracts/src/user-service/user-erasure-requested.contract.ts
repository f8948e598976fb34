import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, instant } from '../schemas.ts';

export const UserErasureRequested = defineEvent({
  name: 'user.erasure_requested',
  producer: 'user-service',
  aggregateType: 'User',
  versions: { 1: z.strictObject({ userId: id, dueAt: instant }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type UserErasureRequested = PayloadOf<typeof UserErasureRequested>;
