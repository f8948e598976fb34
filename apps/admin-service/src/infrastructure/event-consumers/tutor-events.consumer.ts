import { TutorSuspended } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { CloseCasesUseCase } from '../../application/use-cases/close-cases.usecase.ts';

/** Submissions start the verification saga; this is what ends it from outside. */
@Injectable()
@Consumer({ name: 'admin-service.tutor-events', order: 'any' })
export class TutorEventsConsumer {
  constructor(private readonly closeCases: CloseCasesUseCase) {}

  @Consumes(TutorSuspended)
  async handleTutorSuspended({ payload }: RecordedEvent<TutorSuspended>): Promise<void> {
    await this.closeCases.execute(payload, 'tutor_suspended');
  }
}
