import { PayoutFailed, PayoutHeld, PayoutHoldReleased, PayoutPaid, PayoutScheduled, PayoutStarted } from '@edtech/contracts';
import { days, ProcessManager, Saga } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { StartPayoutCommand } from '../commands/start-payout.command.ts';
import { TransferPayoutCommand } from '../commands/transfer-payout.command.ts';

interface State {
  readonly payoutId: string;
  /** Transfers that were started. */
  readonly transfers: number;
}

const key = ({ payload }: { readonly payload: { readonly payoutId: string } }): string => payload.payoutId;

/**
 * S7, from the schedule to the money: asks for the transfer, again a day after each failure, until the third one holds the payout. A held payout
 * waits for a person. Its key is the payout's id, which follows from tutor, week and currency.
 */
@Injectable()
@Saga('payment-service.payout')
export class PayoutSaga extends ProcessManager<State, 'retry'> {
  readonly commands = [StartPayoutCommand, TransferPayoutCommand];

  readonly transitions = [
    this.starts(PayoutScheduled, key, ({ payload: { payoutId } }) => ({
      state: { payoutId, transfers: 0 },
      commands: [new StartPayoutCommand(payoutId, 1, false)],
    })),
    this.continues(PayoutStarted, key, (state, { payload: { payoutId, providerRef } }) => ({
      state: { payoutId, transfers: state.transfers + 1 },
      commands: [new TransferPayoutCommand(payoutId, providerRef)],
    })),
    this.continues(PayoutFailed, key, (_state, { payload: { final } }) =>
      final ? {} : { timers: [{ name: 'retry', after: days(1) }] },
    ),
    this.continues(PayoutHeld, key, () => ({ cancel: ['retry'] })),
    this.continues(PayoutHoldReleased, key, ({ payoutId, transfers }) => ({
      commands: [new StartPayoutCommand(payoutId, transfers + 1, true)],
    })),
    this.continues(PayoutPaid, key, () => ({ end: 'completed' })),
  ];

  readonly timers = this.fires({
    retry: ({ payoutId, transfers }) => ({ commands: [new StartPayoutCommand(payoutId, transfers + 1, false)] }),
  });
}
