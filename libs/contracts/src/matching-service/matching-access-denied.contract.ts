import { accessDenied } from '../access-denied.ts';
import type { PayloadOf } from '../define-event.ts';

export const MatchingAccessDenied = accessDenied('matching');
export type MatchingAccessDenied = PayloadOf<typeof MatchingAccessDenied>;
