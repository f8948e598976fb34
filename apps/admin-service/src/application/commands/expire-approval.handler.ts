import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApprovalTaskRepository } from '../interfaces/repository.interface.ts';
import { ExpireApprovalCommand } from './expire-approval.command.ts';

@CommandHandler(ExpireApprovalCommand)
export class ExpireApprovalHandler implements ICommandHandler<ExpireApprovalCommand> {
  constructor(private readonly approvals: ApprovalTaskRepository) {}

  async execute({ approvalId }: ExpireApprovalCommand): Promise<void> {
    const task = await this.approvals.get(approvalId);
    task.expire();
    await this.approvals.save(task);
  }
}
