import { EventSourcedAggregate, type HistoricalEvent, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import { PaymentErasureConfirmedEvent } from '../events/payment-erasure-confirmed.event.ts';

interface ErasureState {
  readonly userId: string;
}

/** This service's answer to the request to forget a user: given once. */
export class Erasure extends EventSourcedAggregate<typeof PaymentErasureConfirmedEvent, ErasureState> {
  static override readonly AGGREGATE_TYPE = 'Erasure';
  protected override readonly beginsWith = 'payment.erasure_confirmed';
  protected override state: ErasureState = { userId: '' };

  protected override readonly when: When<typeof PaymentErasureConfirmedEvent> = {
    'payment.erasure_confirmed': ({ userId }) => {
      this.state = { userId };
    },
  };

  static confirm(userId: string): Erasure {
    const erasure = new Erasure();
    erasure.record(new PaymentErasureConfirmedEvent({ userId }));
    return erasure;
  }

  static fromHistory(events: Iterable<HistoricalEvent>): Erasure {
    return new Erasure().replay(events);
  }

  static fromSnapshot(state: ErasureState, position: StreamPosition, tail: Iterable<HistoricalEvent>): Erasure {
    return new Erasure().restore(state, position).replay(tail);
  }

  get id(): string {
    return this.state.userId;
  }
}
