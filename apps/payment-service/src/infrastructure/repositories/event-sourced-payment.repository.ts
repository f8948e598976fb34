import { EventSourcedRepository, EventStoreService } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { PaymentRepository } from '../../application/interfaces/payment.repository.ts';
import { Payment } from '../../domain/aggregates/payment.aggregate.ts';
import type { PaymentState } from '../../domain/aggregates/payment.state.ts';

@Injectable()
export class EventSourcedPaymentRepository extends PaymentRepository {
  /** Of this class there is one in a process: its writers of one payment take turns. */
  readonly streams: EventSourcedRepository<PaymentState, Payment>;

  constructor(store: EventStoreService) {
    super();
    this.streams = new EventSourcedRepository<PaymentState, Payment>(store, Payment);
  }

  override get(paymentId: string): Promise<Payment> {
    return this.streams.get(paymentId);
  }

  override async add(payment: Payment): Promise<void> {
    await this.streams.save(payment);
  }

  override async change<T>(paymentId: string, decide: (payment: Payment) => T): Promise<T> {
    return (await this.streams.change(paymentId, decide)).result;
  }
}
