import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const AdminErasureConfirmed = defineEvent({
  name: 'admin.erasure_confirmed',
  producer: 'admin-service',
  aggregateType: 'Erasure',
  versions: { 1: z.strictObject({ userId: id }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type AdminErasureConfirmed = PayloadOf<typeof AdminErasureConfirmed>;
