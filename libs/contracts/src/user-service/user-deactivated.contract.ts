import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const UserDeactivated = defineEvent({
  name: 'user.deactivated',
  producer: 'user-service',
  aggregateType: 'User',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type UserDeactivated = PayloadOf<typeof UserDeactivated>;
