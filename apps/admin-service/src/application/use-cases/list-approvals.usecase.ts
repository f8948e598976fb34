import { Injectable } from '@nestjs/common';
import { ApprovalTaskRepository, type ApprovalQuery, type Page } from '../interfaces/repository.interface.ts';
import { approvalTaskView, type ApprovalTaskView } from '../views/approval-task.view.ts';

@Injectable()
export class ListApprovalsUseCase {
  constructor(private readonly approvals: ApprovalTaskRepository) {}

  /** Oldest first. Throws InvalidCursor. */
  async execute(query: ApprovalQuery): Promise<Page<ApprovalTaskView>> {
    const { items, next } = await this.approvals.list(query);
    return { items: items.map(approvalTaskView), next };
  }
}
