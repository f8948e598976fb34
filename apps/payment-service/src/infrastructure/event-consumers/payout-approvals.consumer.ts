import { ApprovalDecided } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { ReleasePayoutUseCase } from '../../application/use-cases/release-payout.usecase.ts';

/** Decisions about held payouts; those about other things are other consumers'. One that is not approved leaves the payout held. */
@Injectable()
@Consumer({ name: 'payment-service.payout-approvals', order: 'any' })
export class PayoutApprovalsConsumer {
  constructor(private readonly releasePayout: ReleasePayoutUseCase) {}

  @Consumes(ApprovalDecided)
  async handleApprovalDecided({ payload }: RecordedEvent<ApprovalDecided>): Promise<void> {
    const { approvalId: decisionId, kind, decision, subjectId, decidedBy: by, reason } = payload;
    if (kind !== 'payout_release' || decision !== 'approved') return;
    await this.releasePayout.execute(subjectId, { by, reason, decisionId });
  }
}
