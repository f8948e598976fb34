import { PayoutFailed, PayoutHeld, PayoutHoldReleased, PayoutPaid, PayoutScheduled, PayoutStarted } from '@edtech/contracts';
import { days, minutes, ProcessManager, Saga } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { StartPayoutCommand } from '../commands/start-payout.command.ts';
import { TransferPayoutCommand } from '../commands/transfer-payout.command.ts';

interface State {
  readonly payoutId: string;
  /** Transfers that were started. */
  readonly transfers: number;
  /** Of the last of them. */
  readonly reference: string;
}

const ASK_AGAIN = { name: 'unanswered', after: minutes(15) } as const;

const key = ({ payload }: { readonly payload: { readonly payoutId: string } }): string => payload.payoutId;

/**
 * S7, from the schedule to the money: asks for the transfer, every 15 minutes until there is an answer, and again a day after each failure, until
 * the third one holds the payout. A held payout waits for a person. Its key is the payout's id, which follows from tutor, week and currency.
 */
@Injectable()
@Saga('payment-service.payout')
export class PayoutSaga extends ProcessManager<State, 'retry' | 'unanswered'> {
  readonly commands = [StartPayoutCommand, TransferPayoutCommand];

  readonly transitions = [
    this.starts(PayoutScheduled, key, ({ payload: { payoutId } }) => ({
      state: { payoutId, transfers: 0, reference: '' },
      commands: [new StartPayoutCommand(payoutId, 1, false)],
    })),
    this.continues(PayoutStarted, key, (state, { payload: { payoutId, providerRef } }) => ({
      state: { payoutId, transfers: state.transfers + 1, reference: providerRef },
      commands: [new TransferPayoutCommand(payoutId, providerRef)],
      timers: [ASK_AGAIN],
    })),
    this.continues(PayoutFailed, key, (_state, { payload: { final } }) => ({
      cancel: ['unanswered'],
      timers: final ? [] : [{ name: 'retry', after: days(1) }],
    })),
    this.continues(PayoutHeld, key, () => ({ cancel: ['retry'] })),
    this.continues(PayoutHoldReleased, key, ({ payoutId, transfers }) => ({
      commands: [new StartPayoutCommand(payoutId, transfers + 1, true)],
    })),
    this.continues(PayoutPaid, key, () => ({ end: 'completed' })),
  ];

  readonly timers = this.fires({
    retry: ({ payoutId, transfers }) => ({ commands: [new StartPayoutCommand(payoutId, transfers + 1, false)] }),
    unanswered: ({ payoutId, reference }) => ({
      commands: [new TransferPayoutCommand(payoutId, reference)],
      timers: [ASK_AGAIN],
    }),
  });
}
