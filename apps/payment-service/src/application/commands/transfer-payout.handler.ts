import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { certainOutcome } from '../interfaces/certain-outcome.ts';
import { PaymentProvider, type TransferOutcome } from '../interfaces/payment-provider.interface.ts';
import { PayoutAccounts } from '../interfaces/payout-accounts.interface.ts';
import { PayoutRepository } from '../interfaces/payout.repository.ts';
import { TransferPayoutCommand } from './transfer-payout.command.ts';

/**
 * Asks for the transfer under the reference it was started with, so that asking again moves nothing, and records what became of it. Nothing for a
 * transfer that is not under way, and when the provider cannot say: then ask again later. Throws NotFound, NoPayoutAccount.
 */
@CommandHandler(TransferPayoutCommand)
export class TransferPayoutHandler implements ICommandHandler<TransferPayoutCommand> {
  constructor(
    private readonly payouts: PayoutRepository,
    private readonly accounts: PayoutAccounts,
    private readonly provider: PaymentProvider,
  ) {}

  async execute({ payoutId, reference }: TransferPayoutCommand): Promise<void> {
    const { status, snapshot } = await this.payouts.get(payoutId);
    if (status !== 'processing' || snapshot.transfers.at(-1) !== reference) return;
    const { tutorId, amount, currency } = snapshot;
    const { accountRef } = await this.accounts.of(tutorId);
    if (accountRef === undefined) throw new NoPayoutAccount(payoutId, tutorId);
    const sent = await certainOutcome<TransferOutcome>(this.provider, {
      idempotencyKey: reference,
      outcomes: ['paid', 'failed'],
      ask: (idempotencyKey) => this.provider.transfer({ idempotencyKey, accountRef, tutorId, amount, currency }),
    });
    if (sent === undefined) return;
    await this.payouts.change(payoutId, (payout) =>
      sent.outcome === 'paid' ? payout.recordPaid(reference) : payout.recordFailed({ providerRef: reference, code: sent.code }),
    );
  }
}

/** The account was forgotten between start and transfer. */
export class NoPayoutAccount extends Error {
  readonly code = 'NO_PAYOUT_ACCOUNT';

  constructor(payoutId: string, tutorId: string) {
    super(`payout ${payoutId} was started but tutor ${tutorId} has no account any more; find out who gets the money, then retry`);
    this.name = 'NoPayoutAccount';
  }
}
