import { NotFound } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import { Payment } from '../../domain/aggregates/payment.aggregate.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';
import { chargeView, type ChargeView } from '../views/charge.view.ts';

/** The student will not pay. Safe to repeat. Throws NotFound, also for somebody else's payment, and UseRefund for captured money. */
@Injectable()
export class CancelPaymentUseCase {
  constructor(private readonly payments: PaymentRepository) {}

  execute(paymentId: string, studentId: string): Promise<ChargeView> {
    return this.payments.change(paymentId, (payment) => {
      if (payment.studentId !== studentId) throw new NotFound(Payment.AGGREGATE_TYPE, paymentId);
      payment.cancel('cancelled by the student');
      return chargeView(payment);
    });
  }
}
