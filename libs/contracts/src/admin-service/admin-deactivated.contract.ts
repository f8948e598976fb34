import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, reason } from '../schemas.ts';

export const AdminDeactivated = defineEvent({
  name: 'admin.deactivated',
  producer: 'admin-service',
  aggregateType: 'AdminUser',
  versions: { 1: z.strictObject({ userId: id, reason }) },
  about: (payload) => payload.userId,
  personal: [],
  plain: ['reason'],
});
export type AdminDeactivated = PayloadOf<typeof AdminDeactivated>;
