import { accessDenied } from '../access-denied.ts';
import type { PayloadOf } from '../define-event.ts';

export const PaymentAccessDenied = accessDenied('payment');
export type PaymentAccessDenied = PayloadOf<typeof PaymentAccessDenied>;
