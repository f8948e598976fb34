import { TutorReinstated, TutorSuspended, TutorVerified } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { LearnAboutUserUseCase } from '../../application/use-cases/learn-about-user.usecase.ts';

@Injectable()
@Consumer({ name: 'identity-service.tutor-events', order: 'any' })
export class TutorEventsConsumer {
  constructor(private readonly learn: LearnAboutUserUseCase) {}

  @Consumes(TutorVerified, TutorReinstated, TutorSuspended)
  handleTutorStanding({
    eventName,
    payload,
    streamVersion: version,
  }: RecordedEvent<TutorVerified> | RecordedEvent<TutorReinstated> | RecordedEvent<TutorSuspended>): Promise<void> {
    return this.learn.execute({ userId: payload.userId, version, tutorVerified: eventName !== TutorSuspended.name });
  }
}
