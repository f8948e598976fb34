import { accessDenied } from '../access-denied.ts';
import type { PayloadOf } from '../define-event.ts';

export const IdentityAccessDenied = accessDenied('identity');
export type IdentityAccessDenied = PayloadOf<typeof IdentityAccessDenied>;
