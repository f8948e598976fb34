import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RejectRefundCommand } from '../commands/reject-refund.command.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';

/** Safe to repeat. Throws as `Payment.rejectRefund`, SamePerson among it. */
@CommandHandler(RejectRefundCommand)
export class RejectRefundUseCase implements ICommandHandler<RejectRefundCommand> {
  constructor(private readonly payments: PaymentRepository) {}

  execute({ paymentId, refundId, by, reason }: RejectRefundCommand): Promise<void> {
    return this.payments.change(paymentId, (payment) => payment.rejectRefund({ refundId, by, reason }));
  }
}
