import { Injectable } from '@nestjs/common';
import type { ApprovalKind } from '../../domain/entities/approval-task.entity.ts';
import { ApprovalSubjects } from '../interfaces/approval-subjects.interface.ts';
import { ApprovalTaskRepository } from '../interfaces/repository.interface.ts';

interface Outcome {
  readonly decision: 'approved' | 'rejected';
  readonly reason: string;
  readonly by: string;
}

/** The subject came to an end elsewhere: its open task is decided by that, and none is opened any more, in whatever order they are told. */
@Injectable()
export class CloseApprovalUseCase {
  constructor(
    private readonly subjects: ApprovalSubjects,
    private readonly approvals: ApprovalTaskRepository,
  ) {}

  async execute(kind: ApprovalKind, subjectId: string, { decision, reason, by }: Outcome): Promise<void> {
    await this.subjects.close(kind, subjectId);
    const task = await this.approvals.openFor(kind, subjectId);
    if (task === undefined) return;
    task.settle(decision, reason, by);
    await this.approvals.save(task);
  }
}
