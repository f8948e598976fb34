import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const AdminCreated = defineEvent({
  name: 'admin.created',
  producer: 'admin-service',
  aggregateType: 'AdminUser',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type AdminCreated = PayloadOf<typeof AdminCreated>;
