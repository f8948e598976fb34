import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { duty, id } from '../schemas.ts';

/** All duties of the administrator from now on. */
export const AdminDutiesChanged = defineEvent({
  name: 'admin.duties_changed',
  producer: 'admin-service',
  aggregateType: 'AdminUser',
  versions: { 1: z.strictObject({ userId: id, duties: z.array(duty) }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type AdminDutiesChanged = PayloadOf<typeof AdminDutiesChanged>;
