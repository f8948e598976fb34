import { ConcurrencyConflict } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import { Payment } from '../../domain/aggregates/payment.aggregate.ts';
import { paymentIdOf } from '../../domain/services/derived-ids.ts';
import { Money, type Currency } from '../../domain/value-objects/money.vo.ts';
import { ChargeAttempts } from '../interfaces/charge-attempts.ts';
import { EndedBookings } from '../interfaces/ended-bookings.ts';
import { PaymentRules } from '../interfaces/payment-rules.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';
import { EndBookingUseCase } from './end-booking.usecase.ts';

export interface PaymentOrder {
  readonly bookingId: string;
  readonly studentId: string;
  readonly tutorId: string;
  readonly kind: 'regular' | 'trial';
  readonly amount: number;
  readonly currency: Currency;
  readonly paymentMethodId: string;
}

/**
 * Creates the payment of a booking and answers its id; whoever asks again gets that payment as it is. One of a booking that has ended already
 * is cancelled at once. Its charge is begun by `payment.created`. Throws InvalidAmount.
 */
@Injectable()
export class CreatePaymentUseCase {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly attempts: ChargeAttempts,
    private readonly endedBookings: EndedBookings,
    private readonly endBooking: EndBookingUseCase,
    private readonly rules: PaymentRules,
  ) {}

  async execute(order: PaymentOrder): Promise<string> {
    const { bookingId, studentId, tutorId, kind, amount, currency, paymentMethodId } = order;
    const paymentId = paymentIdOf(bookingId);
    const commissionBps = kind === 'trial' ? this.rules.trialCommissionBps : this.rules.commissionBps;
    const price = Money.of(amount, currency);
    const payment = Payment.create({ paymentId, bookingId, studentId, tutorId, price, commissionBps });
    await this.attempts.add({ paymentId, attempt: 1, paymentMethodId });
    try {
      await this.payments.add(payment);
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict)) throw error;
    }
    // Asked after the payment is stored: an end that is not seen here sees the payment.
    const ended = await this.endedBookings.find(bookingId);
    if (ended !== undefined) await this.endBooking.execute(ended);
    return paymentId;
  }
}
