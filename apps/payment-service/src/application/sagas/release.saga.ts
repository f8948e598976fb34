import { BookingSettled, PaymentDisputeClosed, PaymentRefunded, PaymentRefundRejected, PaymentReleased } from '@edtech/contracts';
import { ProcessManager, Saga } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { ReleaseFundsCommand } from '../commands/release-funds.command.ts';

interface State {
  readonly paymentId: string;
}

/** Releases the money of a settled lesson: at once, or when the dispute or refund that holds it up has ended. */
@Injectable()
@Saga('payment-service.release')
export class ReleaseSaga extends ProcessManager<State> {
  readonly commands = [ReleaseFundsCommand];

  readonly transitions = [
    this.starts(
      BookingSettled,
      ({ payload }) => payload.paymentId,
      ({ payload: { paymentId } }) => ({ state: { paymentId }, commands: [new ReleaseFundsCommand(paymentId)] }),
    ),
    this.continues(
      PaymentDisputeClosed,
      ({ payload }) => payload.paymentId,
      ({ paymentId }) => ({ commands: [new ReleaseFundsCommand(paymentId)] }),
    ),
    this.continues(
      PaymentRefunded,
      ({ payload }) => payload.paymentId,
      ({ paymentId }) => ({ commands: [new ReleaseFundsCommand(paymentId)] }),
    ),
    this.continues(
      PaymentRefundRejected,
      ({ payload }) => payload.paymentId,
      ({ paymentId }) => ({ commands: [new ReleaseFundsCommand(paymentId)] }),
    ),
    this.continues(
      PaymentReleased,
      ({ payload }) => payload.paymentId,
      () => ({ end: 'completed' }),
    ),
  ];

  readonly timers = this.fires({});
}
