import type { Authority } from '../../domain/services/user-domain.service.ts';

/** Who asks. */
export interface Viewer {
  readonly id: string;
  readonly type: 'user' | 'service';
  readonly role?: string;
  readonly duties: readonly string[];
}

const PERSONAL_DUTIES = ['support', 'compliance'];

export function isStaff({ type, role }: Viewer): boolean {
  return type === 'service' || role === 'admin' || role === 'superadmin';
}

/** Whether names, addresses and free text of other users are the viewer's business. */
export function seesPersonalData({ type, role, duties }: Viewer): boolean {
  if (type === 'service' || role === 'superadmin') return true;
  return role === 'admin' && duties.some((duty) => PERSONAL_DUTIES.includes(duty));
}

/** In whose name the viewer decides about other users. */
export function authorityOf({ role }: Viewer): Authority {
  return role === 'superadmin' ? 'superadmin' : 'admin';
}
