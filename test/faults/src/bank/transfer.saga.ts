import { ProcessManager, reversible, Saga } from '@edtech/shared-kernel';
import { PayInCommand, PutBackCommand, RemindCommand, TakeOutCommand } from './bank.commands.ts';
import { TransferRequested } from './bank.contracts.ts';

interface State {
  readonly transferId: string;
}

const REMIND_AFTER_MS = 1_500;

/** Takes the money out, pays it in; when the second is refused, the first is undone. A while later a reminder, unless it was undone. */
@Saga('bank-service.transfer')
export class TransferSaga extends ProcessManager<State, 'remind'> {
  readonly commands = [TakeOutCommand, PutBackCommand, PayInCommand, RemindCommand];
  override readonly onFailure = 'compensate';

  readonly transitions = [
    this.starts(
      TransferRequested,
      ({ payload }) => payload.transferId,
      ({ payload: { transferId, from, to, amount } }) => ({
        state: { transferId },
        commands: [
          reversible(new TakeOutCommand(transferId, from, amount), { compensate: new PutBackCommand(transferId, from, amount) }),
          new PayInCommand(transferId, to, amount),
        ],
        timers: [{ name: 'remind', after: REMIND_AFTER_MS }],
      }),
    ),
  ];

  readonly timers = this.fires({
    remind: ({ transferId }) => ({ commands: [new RemindCommand(transferId)], end: 'completed' }),
  });
}
