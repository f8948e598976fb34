import { Injectable } from '@nestjs/common';
import type { Payment } from '../../domain/aggregates/payment.aggregate.ts';
import { openDispute, remaining } from '../../domain/aggregates/payment.state.ts';
import { EndedBookings } from '../interfaces/ended-bookings.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';
import { EndBookingUseCase } from './end-booking.usecase.ts';

const BY = 'system:refund-saga';

/**
 * Carries out what an open dispute held up: the refund of a booking that ended, and refunds that need no second person. One whose money the bank
 * has taken back is rejected. Safe to repeat.
 */
@Injectable()
export class ResumeAfterDisputeUseCase {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly endedBookings: EndedBookings,
    private readonly endBooking: EndBookingUseCase,
  ) {}

  async execute(paymentId: string, bookingId: string | null): Promise<void> {
    await this.payments.change(paymentId, decideWaitingRefunds);
    const ended = bookingId === null ? undefined : await this.endedBookings.find(bookingId);
    if (ended !== undefined) await this.endBooking.execute(ended);
  }
}

function decideWaitingRefunds(payment: Payment): void {
  const { refunds } = payment.snapshot;
  if (openDispute(payment.snapshot) !== undefined) return;
  for (const { refundId, amount, status, needsApproval } of refunds) {
    if (status !== 'requested' || needsApproval) continue;
    if (amount <= remaining(payment.snapshot)) payment.approveRefund({ refundId, by: BY, auto: true });
    else payment.rejectRefund({ refundId, by: BY, reason: 'the bank has taken the money back' });
  }
}
