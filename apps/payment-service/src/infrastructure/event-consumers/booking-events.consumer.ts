import { BookingCancelled, BookingIssueResolved, BookingNoShow, BookingReleased, BookingRequested } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { CreatePaymentUseCase } from '../../application/use-cases/create-payment.usecase.ts';
import { EndBookingUseCase } from '../../application/use-cases/end-booking.usecase.ts';
import { RefundIssueUseCase } from '../../application/use-cases/refund-issue.usecase.ts';

/** The bus keeps no order and repeats: a booking that ends before it is requested is remembered, and every name of a refund counts once. */
@Injectable()
@Consumer({ name: 'payment-service.booking-events', order: 'any' })
export class BookingEventsConsumer {
  constructor(
    private readonly create: CreatePaymentUseCase,
    private readonly end: EndBookingUseCase,
    private readonly refundIssue: RefundIssueUseCase,
  ) {}

  @Consumes(BookingRequested)
  async handleRequested({ payload }: RecordedEvent<BookingRequested>): Promise<void> {
    await this.create.execute(payload);
  }

  @Consumes(BookingReleased)
  async handleReleased({ payload: { bookingId, reason } }: RecordedEvent<BookingReleased>): Promise<void> {
    await this.end.execute({ bookingId, reason, refundBps: 10_000 });
  }

  @Consumes(BookingCancelled)
  async handleCancelled({ payload: { bookingId, reason, refundBps } }: RecordedEvent<BookingCancelled>): Promise<void> {
    await this.end.execute({ bookingId, reason, refundBps });
  }

  @Consumes(BookingNoShow)
  async handleNoShow({ payload: { bookingId, who, refundBps } }: RecordedEvent<BookingNoShow>): Promise<void> {
    await this.end.execute({ bookingId, reason: `no show of the ${who}`, refundBps });
  }

  @Consumes(BookingIssueResolved)
  async handleIssueResolved({ payload }: RecordedEvent<BookingIssueResolved>): Promise<void> {
    await this.refundIssue.execute(payload);
  }
}
