import { NotFound } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import { Payment } from '../../domain/aggregates/payment.aggregate.ts';
import { InvalidState } from '../../domain/errors/payment.errors.ts';
import { PaymentRules } from '../interfaces/payment-rules.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';
import { RefundIds } from '../interfaces/refund-ids.ts';

interface AskedRefund {
  readonly paymentId: string;
  readonly commandId: string | undefined;
  /** Without: all that is left. */
  readonly amount?: number | undefined;
  readonly reason: string;
  readonly by: { readonly id: string; readonly isStudent: boolean };
}

export interface RefundView {
  readonly refundId: string;
  readonly needsApproval: boolean;
}

/**
 * A student asks for the money back, before it is released, or support does. Safe to repeat with the same `commandId`. Throws NotFound, also for
 * somebody else's payment, InvalidState, DisputeOpen, InvalidAmount, AmountExceedsRemaining.
 */
@Injectable()
export class RequestRefundUseCase {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly rules: PaymentRules,
    private readonly refundIds: RefundIds,
  ) {}

  execute({ paymentId, commandId, amount, reason, by }: AskedRefund): Promise<RefundView> {
    const refundId = this.refundIds.idFor({ paymentId, requestedBy: by.id, commandId });
    return this.payments.change(paymentId, (payment) => {
      if (by.isStudent && payment.studentId !== by.id) throw new NotFound(Payment.AGGREGATE_TYPE, paymentId);
      if (by.isStudent && payment.settlement === 'released') {
        throw new InvalidState(paymentId, payment.settlement, 'refund it', 'the lesson is settled; ask support');
      }
      const source = by.isStudent ? 'student' : 'support';
      const request = { refundId, amount: amount ?? payment.refundable, reason, requestedBy: by.id, source } as const;
      payment.requestRefund(request, this.rules);
      return { refundId, needsApproval: payment.refund(refundId)?.needsApproval === true };
    });
  }
}
