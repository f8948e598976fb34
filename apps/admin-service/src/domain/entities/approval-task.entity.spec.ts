import { given, givenNoStream } from '@edtech/shared-kernel/testing';
import { describe, test } from 'vitest';
import { AmountNotDecidable, DutyMissing, SamePerson } from '../errors/approval.errors.ts';
import { AlreadyDecided } from '../errors/case.errors.ts';
import { ApprovalDecidedEvent } from '../events/approval-decided.event.ts';
import { ApprovalOpenedEvent } from '../events/approval-opened.event.ts';
import { ApprovalTask, type ApprovalKind } from './approval-task.entity.ts';

const approvalId = '0b9d3f1c-0000-7000-8000-0000000000d1';
const about = (kind: ApprovalKind) => ({ approvalId, kind, subjectId: 'subject-1' });
const opened = (kind: ApprovalKind = 'refund') =>
  new ApprovalOpenedEvent({ ...about(kind), amount: 12_000, currency: 'EUR', requestedBy: 'support-1' });
const decided = (
  decision: 'approved' | 'rejected' | 'expired',
  { kind = 'refund', by = 'finance-1', ...more }: { kind?: ApprovalKind; by?: string; amount?: number; reason?: string } = {},
) => new ApprovalDecidedEvent({ ...about(kind), decision, reason: 'checked', decidedBy: by, ...more });
const finance = { id: 'finance-1', role: 'admin', duties: ['finance'] };
const support = { id: 'support-2', role: 'admin', duties: ['support'] };
const superadmin = { id: 'super-1', role: 'superadmin', duties: [] };
const yes = { decision: 'approved', reason: 'checked' } as const;

describe('a task that waits for a second person', () => {
  test('is opened with its subject and who asked', () =>
    givenNoStream()
      .when(() =>
        ApprovalTask.open(approvalId, {
          ...about('refund'),
          amount: 12_000,
          currency: 'EUR',
          requestedBy: 'support-1',
          details: {},
        }),
      )
      .then([opened()]));

  test('is approved or rejected by finance', () => {
    const task = given(ApprovalTask, [opened()]);
    task.when((one) => one.decide(yes, finance)).then([decided('approved')]);
    task.when((one) => one.decide({ ...yes, decision: 'rejected' }, finance)).then([decided('rejected')]);
  });

  test('is not decided by whoever asked for it, superadmin or not', () => {
    const task = given(ApprovalTask, [opened()]);
    task.when((one) => one.decide(yes, { ...finance, id: 'support-1' })).then(SamePerson);
    task.when((one) => one.decide(yes, { ...superadmin, id: 'support-1' })).then(SamePerson);
    task.when((one) => one.decide(yes, superadmin)).then([decided('approved', { by: 'super-1' })]);
  });

  test.each(['refund', 'dispute', 'payout_release', 'mismatch'] as const)('needs the duty finance when it is a %s', (kind) =>
    given(ApprovalTask, [opened(kind)])
      .when((task) => task.decide(yes, support))
      .then(DutyMissing),
  );

  test('may be decided by support when it is an issue, and then with an amount', () =>
    given(ApprovalTask, [opened('issue')])
      .when((task) => task.decide({ ...yes, amount: 2_500 }, support))
      .then([decided('approved', { kind: 'issue', by: 'support-2', amount: 2_500 })]));

  test('takes no amount where nobody would pay it', () => {
    given(ApprovalTask, [opened()])
      .when((task) => task.decide({ ...yes, amount: 2_500 }, finance))
      .then(AmountNotDecidable);
    given(ApprovalTask, [opened('issue')])
      .when((task) => task.decide({ decision: 'rejected', reason: 'no', amount: 1 }, finance))
      .then(AmountNotDecidable);
  });

  test('is decided once', () =>
    given(ApprovalTask, [opened(), decided('approved')])
      .when((task) => task.decide(yes, { ...finance, id: 'finance-2' }))
      .then(AlreadyDecided));

  test('expires, unless it was decided', () => {
    given(ApprovalTask, [opened()])
      .when((task) => task.expire())
      .then([decided('expired', { by: 'system:approval-expiry', reason: 'nobody decided in time' })]);
    given(ApprovalTask, [opened(), decided('rejected')])
      .when((task) => task.expire())
      .then([]);
  });

  test('follows its subject to its end, unless it was decided', () => {
    given(ApprovalTask, [opened('dispute')])
      .when((task) => task.settle('rejected', 'the dispute was lost', 'system:payment-provider'))
      .then([decided('rejected', { kind: 'dispute', by: 'system:payment-provider', reason: 'the dispute was lost' })]);
    given(ApprovalTask, [opened('dispute'), decided('approved', { kind: 'dispute' })])
      .when((task) => task.settle('rejected', 'the dispute was lost', 'system:payment-provider'))
      .then([]);
  });
});
