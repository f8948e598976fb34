import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Frozen } from '../../domain/errors/payment.errors.ts';
import { ReleaseFundsCommand } from '../commands/release-funds.command.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';

/** Gives the money of a settled lesson to tutor and platform; not while it is frozen: ask again when that ends. Throws InvalidState. */
@CommandHandler(ReleaseFundsCommand)
export class ReleaseFundsUseCase implements ICommandHandler<ReleaseFundsCommand> {
  constructor(private readonly payments: PaymentRepository) {}

  async execute({ paymentId }: ReleaseFundsCommand): Promise<void> {
    try {
      await this.payments.change(paymentId, (payment) => payment.releaseFunds());
    } catch (error) {
      if (!(error instanceof Frozen)) throw error;
    }
  }
}
