import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PaymentProvider, type TransferOrder, type TransferOutcome } from '../interfaces/payment-provider.interface.ts';
import { PayoutAccounts } from '../interfaces/payout-accounts.interface.ts';
import { PayoutRepository } from '../interfaces/payout.repository.ts';
import { OutcomeUnknown } from '../interfaces/provider.errors.ts';
import { TransferPayoutCommand } from './transfer-payout.command.ts';

/** Asks for the transfer under the reference it was started with, so that asking again moves nothing, and records what became of it. */
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
    const outcome = await this.#transfer({ idempotencyKey: reference, accountRef, tutorId, amount, currency });
    await this.payouts.change(payoutId, (payout) =>
      outcome.outcome === 'paid'
        ? payout.recordPaid(reference)
        : payout.recordFailed({ providerRef: reference, code: outcome.code }),
    );
  }

  /** Throws OutcomeUnknown when the transfer never arrived: the next attempt sends it again, under the same key. */
  async #transfer(order: TransferOrder): Promise<TransferOutcome> {
    try {
      return await this.provider.transfer(order);
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) throw error;
      const known = await this.provider.query(order.idempotencyKey);
      if (known?.outcome === 'paid' || known?.outcome === 'failed') return known;
      throw error;
    }
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
