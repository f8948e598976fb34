import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApproveRefundCommand } from '../commands/approve-refund.command.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';

/** Safe to repeat. Throws as `Payment.approveRefund`, SamePerson among it. */
@CommandHandler(ApproveRefundCommand)
export class ApproveRefundUseCase implements ICommandHandler<ApproveRefundCommand> {
  constructor(private readonly payments: PaymentRepository) {}

  execute({ paymentId, refundId, by, auto }: ApproveRefundCommand): Promise<void> {
    return this.payments.change(paymentId, (payment) => payment.approveRefund({ refundId, by, auto }));
  }
}
