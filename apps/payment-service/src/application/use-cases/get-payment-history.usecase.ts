import { Injectable } from '@nestjs/common';
import { PaymentHistory } from '../interfaces/payment-history.interface.ts';
import { historyFrom, type HistoryEntryView } from '../views/payment.view.ts';
import { sideOf, type Viewer } from '../views/viewer.ts';

@Injectable()
export class GetPaymentHistoryUseCase {
  constructor(private readonly payments: PaymentHistory) {}

  /** Oldest first. Throws NotFound. */
  async execute(paymentId: string, viewer: Viewer): Promise<{ readonly items: readonly HistoryEntryView[] }> {
    const { state } = await this.payments.current(paymentId);
    const side = sideOf(viewer, paymentId, state);
    return { items: historyFrom(side, viewer, await this.payments.historyOf(paymentId)) };
  }
}
