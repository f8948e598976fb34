import { Injectable } from '@nestjs/common';
import { ApprovalTask, type ApprovalRequest } from '../../domain/entities/approval-task.entity.ts';
import { ApprovalSubjects } from '../interfaces/approval-subjects.interface.ts';
import { ApprovalTaskRepository } from '../interfaces/repository.interface.ts';

/** Money and requester are those the subject is known with, where whoever asks does not name them. */
type Asked = Omit<ApprovalRequest, 'amount' | 'currency'> & Partial<Pick<ApprovalRequest, 'amount' | 'currency'>>;

/** At most one open task for each subject, and none for a subject that came to an end. The id of the event that asks is the task's. */
@Injectable()
export class OpenApprovalUseCase {
  constructor(
    private readonly subjects: ApprovalSubjects,
    private readonly approvals: ApprovalTaskRepository,
  ) {}

  async execute(approvalId: string, asked: Asked): Promise<void> {
    const { kind, subjectId } = asked;
    const known = await this.subjects.hold(kind, subjectId);
    if (known.closed || (await this.approvals.openFor(kind, subjectId)) !== undefined) return;
    if ((await this.approvals.find(approvalId)) !== undefined) return;
    const { amount = known.amount, currency = known.currency } = asked;
    const requestedBy = known.requestedBy ?? asked.requestedBy;
    await this.approvals.save(ApprovalTask.open(approvalId, { ...asked, amount, currency, requestedBy }));
  }
}
