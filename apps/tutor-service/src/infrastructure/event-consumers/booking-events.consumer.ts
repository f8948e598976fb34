import { BookingNoShow, BookingSettled } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { TutorDashboards } from '../../application/interfaces/tutor-dashboards.interface.ts';
import { CountNoShowUseCase } from '../../application/use-cases/count-no-show.usecase.ts';

@Injectable()
@Consumer({ name: 'tutor-service.booking-events', order: 'any' })
export class BookingEventsConsumer {
  constructor(
    private readonly dashboards: TutorDashboards,
    private readonly countNoShow: CountNoShowUseCase,
  ) {}

  @Consumes(BookingSettled)
  async handleSettled({ payload }: RecordedEvent<BookingSettled>): Promise<void> {
    await this.dashboards.countLesson(payload.tutorId);
  }

  @Consumes(BookingNoShow)
  async handleNoShow({ payload: { tutorId, bookingId, who }, occurredAt }: RecordedEvent<BookingNoShow>): Promise<void> {
    if (who === 'tutor') await this.countNoShow.execute({ tutorId, bookingId, at: new Date(occurredAt) });
  }
}
