import { Injectable } from '@nestjs/common';
import type { ApprovalDecision } from '../../domain/entities/approval-task.entity.ts';
import type { Decider } from '../../domain/value-objects/decider.vo.ts';
import { ApprovalTaskRepository } from '../interfaces/repository.interface.ts';
import { approvalTaskView, type ApprovalTaskView } from '../views/approval-task.view.ts';

@Injectable()
export class DecideApprovalUseCase {
  constructor(private readonly approvals: ApprovalTaskRepository) {}

  /** Throws NotFound, DutyMissing, AlreadyDecided, SamePerson, AmountNotDecidable. */
  async execute(approvalId: string, decision: ApprovalDecision, decider: Decider): Promise<ApprovalTaskView> {
    const task = await this.approvals.get(approvalId);
    task.decide(decision, decider);
    await this.approvals.save(task);
    return approvalTaskView(task);
  }
}
