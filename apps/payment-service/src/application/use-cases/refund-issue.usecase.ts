import { Injectable } from '@nestjs/common';
import { issueRefundIdOf } from '../../domain/services/derived-ids.ts';
import { PaymentRules } from '../interfaces/payment-rules.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';

interface ResolvedIssue {
  readonly bookingId: string;
  readonly paymentId: string;
  readonly refundAmount: number;
  readonly decidedBy: string;
}

/** Somebody has decided that an issue with a lesson gives money back: no second decision is needed. Safe to repeat. Throws as `requestRefund`. */
@Injectable()
export class RefundIssueUseCase {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly rules: PaymentRules,
  ) {}

  async execute({ bookingId, paymentId, refundAmount: amount, decidedBy }: ResolvedIssue): Promise<void> {
    if (amount === 0) return;
    const refundId = issueRefundIdOf(bookingId);
    const decision = { reason: 'issue with the lesson', requestedBy: decidedBy, source: 'support', decided: true } as const;
    await this.payments.change(paymentId, (payment) => payment.requestRefund({ refundId, amount, ...decision }, this.rules));
  }
}
