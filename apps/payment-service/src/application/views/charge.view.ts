import type { Payment } from '../../domain/aggregates/payment.aggregate.ts';
import type { PaymentStatus } from '../../domain/aggregates/payment.state.ts';

/** Where a charge stands. */
export interface ChargeView {
  readonly paymentId: string;
  readonly status: PaymentStatus;
  /** What the student has to do before the money can come. */
  readonly clientAction?: { readonly type: 'confirm'; readonly url: string };
}

export function chargeView({ id, status }: Payment): ChargeView {
  return { paymentId: id, status };
}
