import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { duty, id, userRole } from '../schemas.ts';

/** What the access tokens of this user say from now on. */
export const IdentityRoleClaimChanged = defineEvent({
  name: 'identity.role_claim_changed',
  producer: 'identity-service',
  aggregateType: 'Account',
  scope: 'local',
  versions: { 1: z.strictObject({ userId: id, role: userRole, duties: z.array(duty) }) },
  about: (payload) => payload.userId,
  personal: [],
});
export type IdentityRoleClaimChanged = PayloadOf<typeof IdentityRoleClaimChanged>;
