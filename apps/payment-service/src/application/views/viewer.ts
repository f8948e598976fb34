import { NotFound } from '@edtech/shared-kernel/domain';

/** Who asks. */
export interface Viewer {
  readonly id: string;
  readonly type: 'user' | 'service';
  readonly role?: string;
  readonly duties: readonly string[];
}

/** From where a payment is looked at. */
export type Side = 'student' | 'tutor' | 'finance';

interface Parties {
  readonly studentId: string;
  readonly tutorId: string;
}

export function isFinance({ type, role, duties }: Viewer): boolean {
  return type === 'user' && (role === 'superadmin' || (role === 'admin' && duties.includes('finance')));
}

/**
 * Parties stay parties whatever their role has become: a student who is a tutor today still sees what he paid. Throws NotFound for a payment
 * that is none of the viewer's business.
 */
export function sideOf(viewer: Viewer, paymentId: string, { studentId, tutorId }: Parties): Side {
  if (isFinance(viewer)) return 'finance';
  if (viewer.type === 'user' && viewer.id === studentId) return 'student';
  if (viewer.type === 'user' && viewer.id === tutorId) return 'tutor';
  throw new NotFound('Payment', paymentId);
}
