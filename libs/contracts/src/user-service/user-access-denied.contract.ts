import { accessDenied } from '../access-denied.ts';
import type { PayloadOf } from '../define-event.ts';

export const UserAccessDenied = accessDenied('user');
export type UserAccessDenied = PayloadOf<typeof UserAccessDenied>;
