import { Injectable } from '@nestjs/common';
import {
  PaymentHistory,
  type FieldChange,
  type HistoryEntry,
  type PaymentAt,
  type PointInHistory,
} from '../../application/interfaces/payment-history.interface.ts';
import { EventSourcedPaymentRepository } from './event-sourced-payment.repository.ts';

@Injectable()
export class EventStorePaymentHistory extends PaymentHistory {
  constructor(private readonly payments: EventSourcedPaymentRepository) {
    super();
  }

  async current(paymentId: string): Promise<PaymentAt> {
    const payment = await this.payments.get(paymentId);
    const { version, recordedAt } = payment.position;
    return { state: payment.snapshot, streamVersion: version, recordedAt };
  }

  at(paymentId: string, point: PointInHistory): Promise<PaymentAt> {
    return this.payments.streams.stateAt(paymentId, point);
  }

  historyOf(paymentId: string): Promise<readonly HistoryEntry[]> {
    return this.payments.streams.historyOf(paymentId);
  }

  diff(paymentId: string, from: number, to: number): Promise<readonly FieldChange[]> {
    return this.payments.streams.diff(paymentId, from, to);
  }
}
