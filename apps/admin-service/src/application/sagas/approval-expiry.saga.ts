import { ApprovalDecided, ApprovalOpened } from '@edtech/contracts';
import { days, ProcessManager, Saga } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { ExpireApprovalCommand } from '../commands/expire-approval.command.ts';

interface State {
  readonly approvalId: string;
}

const DECIDED_WITHIN = days(7);

/** What nobody decides within a week expires. */
@Injectable()
@Saga('admin-service.approval-expiry')
export class ApprovalExpirySaga extends ProcessManager<State, 'expire'> {
  readonly commands = [ExpireApprovalCommand];

  readonly transitions = [
    this.starts(
      ApprovalOpened,
      ({ payload }) => payload.approvalId,
      ({ payload: { approvalId } }) => ({
        state: { approvalId },
        timers: [{ name: 'expire', after: DECIDED_WITHIN }],
      }),
    ),
    this.continues(
      ApprovalDecided,
      ({ payload }) => payload.approvalId,
      () => ({ end: 'completed' }),
    ),
  ];

  readonly timers = this.fires({
    expire: ({ approvalId }) => ({ commands: [new ExpireApprovalCommand(approvalId)], end: 'completed' }),
  });
}
