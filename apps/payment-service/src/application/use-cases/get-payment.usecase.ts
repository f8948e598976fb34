import { Injectable } from '@nestjs/common';
import { PaymentHistory, type PointInHistory } from '../interfaces/payment-history.interface.ts';
import { viewFrom, type PaymentView } from '../views/payment.view.ts';
import { sideOf, type Viewer } from '../views/viewer.ts';

@Injectable()
export class GetPaymentUseCase {
  constructor(private readonly payments: PaymentHistory) {}

  /**
   * The payment now, or as it was. Who may see it is decided by who the viewer is today. Throws NotFound, also for what is none of the
   * viewer's business and before the first event, and VersionAhead.
   */
  async execute(paymentId: string, viewer: Viewer, point?: PointInHistory): Promise<PaymentView> {
    const current = await this.payments.current(paymentId);
    const side = sideOf(viewer, paymentId, current.state);
    return viewFrom(side, point === undefined ? current : await this.payments.at(paymentId, point));
  }
}
