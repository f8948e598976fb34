import { accessDenied } from '../access-denied.ts';
import type { PayloadOf } from '../define-event.ts';

export const AdminAccessDenied = accessDenied('admin');
export type AdminAccessDenied = PayloadOf<typeof AdminAccessDenied>;
