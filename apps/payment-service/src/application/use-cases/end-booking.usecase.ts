import { NotFound } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import type { Payment } from '../../domain/aggregates/payment.aggregate.ts';
import { DisputeOpen } from '../../domain/errors/payment.errors.ts';
import { paymentIdOf } from '../../domain/services/derived-ids.ts';
import { EndedBookings, type EndedBooking } from '../interfaces/ended-bookings.ts';
import { PaymentRules } from '../interfaces/payment-rules.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';

/** Asks for the money back by the rules for bookings. */
const BOOKING_POLICY = 'system:booking-policy';

/**
 * The lesson does not take place: an open payment is cancelled, of captured money the share that the rules give back is refunded. Remembered for
 * a payment that is yet to come, and while a dispute holds it up. Safe to repeat.
 */
@Injectable()
export class EndBookingUseCase {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly endedBookings: EndedBookings,
    private readonly rules: PaymentRules,
  ) {}

  async execute(ended: EndedBooking): Promise<void> {
    await this.endedBookings.add(ended);
    try {
      await this.payments.change(paymentIdOf(ended.bookingId), (payment) => this.#settle(payment, ended));
    } catch (error) {
      if (!(error instanceof NotFound) && !(error instanceof DisputeOpen)) throw error;
    }
  }

  #settle(payment: Payment, { bookingId, reason, refundBps }: EndedBooking): void {
    if (payment.awaitsMoney) return payment.cancel(reason);
    const amount = Math.min(payment.price.share(refundBps).amount, payment.refundable);
    if (amount === 0) return;
    const policy = { reason, requestedBy: BOOKING_POLICY, source: 'policy' } as const;
    payment.requestRefund({ refundId: bookingId, amount, ...policy }, this.rules);
  }
}
