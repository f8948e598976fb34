import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DisputeOpen } from '../../domain/errors/payment.errors.ts';
import { ApproveRefundCommand } from '../commands/approve-refund.command.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';

/** Nothing by rule while a dispute is open: its end brings the approval. Safe to repeat. Throws as `Payment.approveRefund`, SamePerson among it. */
@CommandHandler(ApproveRefundCommand)
export class ApproveRefundUseCase implements ICommandHandler<ApproveRefundCommand> {
  constructor(private readonly payments: PaymentRepository) {}

  async execute({ paymentId, refundId, by, auto }: ApproveRefundCommand): Promise<void> {
    try {
      await this.payments.change(paymentId, (payment) => payment.approveRefund({ refundId, by, auto }));
    } catch (error) {
      if (!auto || !(error instanceof DisputeOpen)) throw error;
    }
  }
}
