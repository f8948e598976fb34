import { ApprovalDecided, ApprovalOpened } from '@edtech/contracts';
import { sagaScenario } from '@edtech/shared-kernel/testing';
import { describe, test } from 'vitest';
import { ExpireApprovalCommand } from '../commands/expire-approval.command.ts';
import { ApprovalExpirySaga } from './approval-expiry.saga.ts';

const approvalId = '0b9d3f1c-0000-7000-8000-0000000000d1';
const task = { approvalId, kind: 'refund', subjectId: 'refund-1' } as const;
const opened = () => sagaScenario(new ApprovalExpirySaga()).when(ApprovalOpened, { ...task, requestedBy: 'user-1' });

describe('a task that waits for a second person', () => {
  test('expires after seven days, once', () => {
    opened()
      .again()
      .advance('6d')
      .sends([])
      .advance('1d')
      .sends([new ExpireApprovalCommand(approvalId)])
      .hasStatus(approvalId, 'completed')
      .advance('30d')
      .sends([]);
  });

  test('does not expire once it is decided', () => {
    opened()
      .advance('6d')
      .when(ApprovalDecided, { ...task, decision: 'approved', reason: 'fine', decidedBy: 'user-2' })
      .hasStatus(approvalId, 'completed')
      .advance('30d')
      .sends([]);
  });
});
