import type { ApprovalTask, ApprovalTaskState } from '../../domain/entities/approval-task.entity.ts';

export interface ApprovalTaskView extends Omit<ApprovalTaskState, 'id'> {
  readonly approvalId: string;
  readonly streamVersion: number;
}

export function approvalTaskView({ state, streamVersion }: ApprovalTask): ApprovalTaskView {
  const { id: approvalId, ...rest } = state;
  return { approvalId, ...rest, streamVersion };
}
