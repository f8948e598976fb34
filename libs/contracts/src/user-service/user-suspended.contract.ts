import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, instant, reason } from '../schemas.ts';

export const UserSuspended = defineEvent({
  name: 'user.suspended',
  producer: 'user-service',
  aggregateType: 'User',
  versions: { 1: z.strictObject({ userId: id, reason, until: instant.optional() }) },
  about: (payload) => payload.userId,
  personal: [],
  plain: ['reason'],
});
export type UserSuspended = PayloadOf<typeof UserSuspended>;
