import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, reason } from '../schemas.ts';

export const UserCreationFailed = defineEvent({
  name: 'user.creation_failed',
  producer: 'user-service',
  aggregateType: 'User',
  versions: { 1: z.strictObject({ userId: id, reason }) },
  about: (payload) => payload.userId,
  personal: [],
  plain: ['reason'],
});
export type UserCreationFailed = PayloadOf<typeof UserCreationFailed>;
