import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MOST_REFUND_ATTEMPTS, SendRefundCommand } from '../commands/send-refund.command.ts';
import { certainOutcome } from '../interfaces/certain-outcome.ts';
import { PaymentProvider, type RefundOutcome } from '../interfaces/payment-provider.interface.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';

/**
 * Has the provider send an approved refund and records what it says; nothing for a refund that is not on its way, and when the provider cannot
 * say: then send it again, the same attempt. Safe to repeat, also after a crash between the provider's answer and its record. Throws NotFound.
 */
@CommandHandler(SendRefundCommand)
export class SendRefundUseCase implements ICommandHandler<SendRefundCommand> {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly provider: PaymentProvider,
  ) {}

  async execute({ paymentId, refundId, attempt }: SendRefundCommand): Promise<void> {
    const payment = await this.payments.get(paymentId);
    const refund = payment.refund(refundId);
    const { capturedAs, currency } = payment.snapshot;
    if (capturedAs === null || (refund?.status !== 'approved' && refund?.status !== 'failed')) return;
    const { amount } = refund;
    const key = `${paymentId}:refund:${refundId}:${attempt}`;
    const sent = await certainOutcome<RefundOutcome>(this.provider, {
      idempotencyKey: key,
      outcomes: ['refunded', 'failed'],
      ask: (idempotencyKey) => this.provider.refund({ idempotencyKey, providerRef: capturedAs, amount, currency }),
    });
    if (sent === undefined) return;
    await this.payments.change(paymentId, (newest) => {
      if (sent.outcome === 'refunded') return newest.recordRefund({ refundId, providerRef: sent.providerRef });
      const retryable = sent.retryable && attempt < MOST_REFUND_ATTEMPTS;
      newest.recordRefundFailure({ refundId, providerEventId: key, code: sent.code, retryable });
    });
  }
}
