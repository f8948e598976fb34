/** What the edge lets through; the model's own lists. */
export { DUTIES } from '../../domain/value-objects/duty.vo.ts';
export const CASE_STATUSES = ['open', 'assigned', 'approved', 'rejected', 'info_requested', 'closed'] as const;
export const APPROVAL_STATUSES = ['open', 'approved', 'rejected', 'expired'] as const;
export const APPROVAL_KINDS = ['refund', 'issue', 'dispute', 'payout_release', 'mismatch'] as const;
