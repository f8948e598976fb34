import { Injectable } from '@nestjs/common';
import { BookingNoShow } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { UserAnalytics } from '../../application/interfaces/user-analytics.ts';

@Injectable()
@Consumer({ name: 'user-service.booking-events', order: 'any' })
export class BookingEventsConsumer {
  constructor(private readonly analytics: UserAnalytics) {}

  @Consumes(BookingNoShow)
  handleNoShow({ payload: { tutorId, who } }: RecordedEvent<BookingNoShow>): Promise<void> {
    return this.analytics.noShow(tutorId, who);
  }
}
