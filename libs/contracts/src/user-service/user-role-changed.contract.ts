import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, reason, userRole } from '../schemas.ts';

export const UserRoleChanged = defineEvent({
  name: 'user.role_changed',
  producer: 'user-service',
  aggregateType: 'User',
  versions: { 1: z.strictObject({ userId: id, oldRole: userRole, newRole: userRole, reason: reason.optional() }) },
  about: (payload) => payload.userId,
  personal: [],
  plain: ['reason'],
});
export type UserRoleChanged = PayloadOf<typeof UserRoleChanged>;
