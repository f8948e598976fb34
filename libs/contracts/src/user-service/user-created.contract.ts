import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { email, id, locale, personName, timezone, userRole, userStatus } from '../schemas.ts';

const v1 = z.strictObject({ userId: id, email, firstName: personName, lastName: personName, role: userRole, status: userStatus });
const v2 = v1.extend({ locale, timezone, isMinor: z.boolean() });

export const UserCreated = defineEvent({
  name: 'user.created',
  producer: 'user-service',
  aggregateType: 'User',
  versions: { 1: v1, 2: v2 },
  upcast: { 1: (payload) => ({ ...payload, locale: 'en', timezone: 'UTC', isMinor: false }) },
  about: (payload) => payload.userId,
  personal: ['email', 'firstName', 'lastName'],
  plain: ['locale', 'timezone'],
});
export type UserCreated = PayloadOf<typeof UserCreated>;
