import { Injectable } from '@nestjs/common';
import { ApprovalSubjects, type SubjectFacts } from '../interfaces/approval-subjects.interface.ts';

/** Who asked for a refund, and how much it is: an event that says that it failed names neither. */
@Injectable()
export class LearnRefundUseCase {
  constructor(private readonly subjects: ApprovalSubjects) {}

  execute(refundId: string, facts: Omit<SubjectFacts, 'closed'>): Promise<void> {
    return this.subjects.learn('refund', refundId, facts);
  }
}
