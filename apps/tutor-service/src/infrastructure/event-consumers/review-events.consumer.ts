import { ReviewSubmitted } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { TutorDashboards } from '../../application/interfaces/tutor-dashboards.interface.ts';

@Injectable()
@Consumer({ name: 'tutor-service.review-events', order: 'any' })
export class ReviewEventsConsumer {
  constructor(private readonly dashboards: TutorDashboards) {}

  @Consumes(ReviewSubmitted)
  async handleSubmitted({ payload }: RecordedEvent<ReviewSubmitted>): Promise<void> {
    await this.dashboards.countReview(payload.tutorId, payload.rating);
  }
}
