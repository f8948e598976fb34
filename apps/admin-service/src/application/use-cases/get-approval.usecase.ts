import { Injectable } from '@nestjs/common';
import { ApprovalTaskRepository } from '../interfaces/repository.interface.ts';
import { approvalTaskView, type ApprovalTaskView } from '../views/approval-task.view.ts';

@Injectable()
export class GetApprovalUseCase {
  constructor(private readonly approvals: ApprovalTaskRepository) {}

  /** Throws NotFound. */
  async execute(approvalId: string): Promise<ApprovalTaskView> {
    return approvalTaskView(await this.approvals.get(approvalId));
  }
}
