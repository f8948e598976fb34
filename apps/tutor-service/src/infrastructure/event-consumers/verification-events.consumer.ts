import { VerificationCaseAssigned, VerificationDecided } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { ApplyDecisionUseCase } from '../../application/use-cases/apply-decision.usecase.ts';
import { MarkInReviewUseCase } from '../../application/use-cases/mark-in-review.usecase.ts';

/** The number of the attempt tells what is out of date. */
@Injectable()
@Consumer({ name: 'tutor-service.verification-events', order: 'any' })
export class VerificationEventsConsumer {
  constructor(
    private readonly markInReview: MarkInReviewUseCase,
    private readonly applyDecision: ApplyDecisionUseCase,
  ) {}

  @Consumes(VerificationCaseAssigned)
  async handleCaseAssigned({ payload }: RecordedEvent<VerificationCaseAssigned>): Promise<void> {
    await this.markInReview.execute(payload.tutorId, payload.attempt);
  }

  @Consumes(VerificationDecided)
  async handleDecided({ payload, occurredAt }: RecordedEvent<VerificationDecided>): Promise<void> {
    await this.applyDecision.execute(payload.tutorId, { ...payload, decidedAt: occurredAt });
  }
}
