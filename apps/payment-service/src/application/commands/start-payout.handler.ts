import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { PayoutState } from '../../domain/aggregates/payout.state.ts';
import { PayoutAccounts } from '../interfaces/payout-accounts.interface.ts';
import { PayoutRepository } from '../interfaces/payout.repository.ts';
import { TutorEarnings } from '../interfaces/tutor-earnings.interface.ts';
import { StartPayoutCommand } from './start-payout.command.ts';

/**
 * Writes down that a transfer is about to be asked for, before it is: from here on nobody holds the payout, and a reply that is lost can be asked
 * for under the same reference. Holds it instead when the tutor must not be paid now. Nothing for one that is held or was started.
 */
@CommandHandler(StartPayoutCommand)
export class StartPayoutHandler implements ICommandHandler<StartPayoutCommand> {
  constructor(
    private readonly payouts: PayoutRepository,
    private readonly accounts: PayoutAccounts,
    private readonly earnings: TutorEarnings,
  ) {}

  async execute({ payoutId, attempt, letGo }: StartPayoutCommand): Promise<void> {
    const reference = `${payoutId}-${attempt}`;
    const { snapshot } = await this.payouts.get(payoutId);
    const obstacle = await this.#obstacle(snapshot, letGo);
    await this.payouts.change(payoutId, (payout) => {
      if (payout.status === 'held' || payout.snapshot.transfers.includes(reference)) return;
      if (obstacle === undefined) payout.start(reference);
      else payout.hold({ reason: obstacle });
    });
  }

  async #obstacle(payout: PayoutState, letGo: boolean): Promise<string | undefined> {
    const { tutorId, currency } = payout;
    const { accountRef, suspended } = await this.accounts.of(tutorId);
    if (accountRef === undefined) return 'no_payout_account';
    if (letGo) return undefined;
    if (suspended) return 'tutor_suspended';
    return (await this.earnings.openBalance(tutorId, currency, payout)) < 0 ? 'negative_balance' : undefined;
  }
}
