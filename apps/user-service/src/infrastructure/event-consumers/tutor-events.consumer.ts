import { Injectable } from '@nestjs/common';
import { TutorReinstated, TutorSuspended, TutorVerified } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { ChangeBadgeUseCase } from '../../application/use-cases/change-badge.usecase.ts';

/** One method for all three, so that a late `tutor.verified` cannot give a suspended tutor the badge back. */
@Injectable()
@Consumer({ name: 'user-service.tutor-events', order: 'latest' })
export class TutorEventsConsumer {
  constructor(private readonly changeBadge: ChangeBadgeUseCase) {}

  @Consumes(TutorVerified, TutorSuspended, TutorReinstated)
  handleTutorStanding({
    eventName,
    payload,
  }: RecordedEvent<TutorVerified> | RecordedEvent<TutorSuspended> | RecordedEvent<TutorReinstated>): Promise<void> {
    return this.changeBadge.execute(payload.userId, eventName !== TutorSuspended.name);
  }
}
