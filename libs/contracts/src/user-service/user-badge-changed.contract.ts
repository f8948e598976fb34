import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const UserBadgeChanged = defineEvent({
  name: 'user.badge_changed',
  producer: 'user-service',
  aggregateType: 'User',
  scope: 'local',
  versions: { 1: z.strictObject({ userId: id, tutorVerified: z.boolean() }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type UserBadgeChanged = PayloadOf<typeof UserBadgeChanged>;
