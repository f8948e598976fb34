import { PaymentAuthorized, PaymentCancelled, PaymentCompleted, PaymentCreated, PaymentFailed } from '@edtech/contracts';
import { minutes, ProcessManager, Saga } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { ChargePaymentCommand } from '../commands/charge-payment.command.ts';
import { ReleaseAuthorizationCommand } from '../commands/release-authorization.command.ts';

interface State {
  readonly paymentId: string;
  readonly asked: number;
}

/**
 * Doubling from a minute to an hour: about eight hours in all. After that a webhook, the student or the end of the booking moves the payment; once
 * it is authorized, all of that begins anew, or the money would stay reserved and nobody would take it.
 */
const MOST_ASKED = 12;
const LONGEST_PAUSE = minutes(60);

/**
 * Sees to it that a payment is charged. While nothing final is known it asks again, after growing pauses: a provider that was away has its
 * second chance, a reply that was lost is looked up, and a student who has to confirm is waited for. Authorizations of a payment that ended
 * without money are let go.
 */
@Injectable()
@Saga('payment-service.charge')
export class ChargeSaga extends ProcessManager<State, 'ask'> {
  readonly commands = [ChargePaymentCommand, ReleaseAuthorizationCommand];

  readonly transitions = [
    this.starts(
      PaymentCreated,
      ({ payload }) => payload.paymentId,
      ({ payload: { paymentId } }) => ({
        state: { paymentId, asked: 1 },
        commands: [new ChargePaymentCommand(paymentId)],
        timers: [{ name: 'ask', after: minutes(1) }],
      }),
    ),
    this.continues(
      PaymentAuthorized,
      ({ payload }) => payload.paymentId,
      ({ paymentId }) => ({ state: { paymentId, asked: 1 }, timers: [{ name: 'ask', after: minutes(1) }] }),
    ),
    this.continues(
      PaymentCompleted,
      ({ payload }) => payload.paymentId,
      () => ({ end: 'completed' }),
    ),
    this.continues(
      PaymentFailed,
      ({ payload }) => payload.paymentId,
      ({ paymentId }) => ({ commands: [new ReleaseAuthorizationCommand(paymentId)], end: 'cancelled' }),
    ),
    this.continues(
      PaymentCancelled,
      ({ payload }) => payload.paymentId,
      ({ paymentId }) => ({ commands: [new ReleaseAuthorizationCommand(paymentId)], end: 'cancelled' }),
    ),
  ];

  readonly timers = this.fires({
    ask: ({ paymentId, asked }) => ({
      state: { paymentId, asked: asked + 1 },
      commands: [new ChargePaymentCommand(paymentId)],
      timers: asked + 1 < MOST_ASKED ? [{ name: 'ask', after: Math.min(minutes(2 ** asked), LONGEST_PAUSE) }] : [],
    }),
  });
}
