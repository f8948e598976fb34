import { accessDenied } from '../access-denied.ts';
import type { PayloadOf } from '../define-event.ts';

export const TutorAccessDenied = accessDenied('tutor');
export type TutorAccessDenied = PayloadOf<typeof TutorAccessDenied>;
