import { Injectable } from '@nestjs/common';
import { PaymentList, type PaymentFilter, type Page, type Paging } from '../interfaces/payment-list.interface.ts';
import { itemFrom, type PaymentItem } from '../views/payment.view.ts';
import { isFinance, sideOf, type Viewer } from '../views/viewer.ts';

@Injectable()
export class ListPaymentsUseCase {
  constructor(private readonly payments: PaymentList) {}

  /** Newest first; of everybody but finance only the own ones, whatever is asked for. Throws InvalidCursor. */
  async execute(filter: Omit<PaymentFilter, 'party'>, paging: Paging, viewer: Viewer): Promise<Page<PaymentItem>> {
    const { items, next } = await this.payments.page({ ...filter, party: isFinance(viewer) ? undefined : viewer.id }, paging);
    return { items: items.map((row) => itemFrom(sideOf(viewer, row.paymentId, row), row)), next };
  }
}
