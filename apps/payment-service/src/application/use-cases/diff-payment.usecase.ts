import { Injectable } from '@nestjs/common';
import { PaymentHistory, type FieldChange } from '../interfaces/payment-history.interface.ts';
import { changesFrom } from '../views/payment.view.ts';
import { sideOf, type Viewer } from '../views/viewer.ts';

export interface PaymentDiff {
  readonly from: number;
  readonly to: number;
  readonly changed: readonly FieldChange[];
}

@Injectable()
export class DiffPaymentUseCase {
  constructor(private readonly payments: PaymentHistory) {}

  /** Throws NotFound, VersionAhead. */
  async execute(
    paymentId: string,
    { from, to }: { readonly from: number; readonly to: number },
    viewer: Viewer,
  ): Promise<PaymentDiff> {
    const { state } = await this.payments.current(paymentId);
    const side = sideOf(viewer, paymentId, state);
    return { from, to, changed: changesFrom(side, await this.payments.diff(paymentId, from, to)) };
  }
}
