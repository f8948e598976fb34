import {
  PaymentDisputeClosed,
  PaymentDisputeOpened,
  PaymentProviderMismatch,
  PaymentRefundFailed,
  PaymentRefundRequested,
  PayoutHeld,
} from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { CloseApprovalUseCase } from '../../application/use-cases/close-approval.usecase.ts';
import { LearnRefundUseCase } from '../../application/use-cases/learn-refund.usecase.ts';
import { OpenApprovalUseCase } from '../../application/use-cases/open-approval.usecase.ts';

const PROVIDER = 'system:payment-provider';
const PLATFORM = 'system:payment-service';

/** What payments cannot decide by themselves. Each event counts by itself: the subject's row sorts out what comes late. */
@Injectable()
@Consumer({ name: 'admin-service.payment-events', order: 'any' })
export class PaymentEventsConsumer {
  constructor(
    private readonly open: OpenApprovalUseCase,
    private readonly close: CloseApprovalUseCase,
    private readonly learnRefund: LearnRefundUseCase,
  ) {}

  @Consumes(PaymentRefundRequested)
  async handleRefundRequested({ eventId, payload }: RecordedEvent<PaymentRefundRequested>): Promise<void> {
    const { refundId, amount, currency, requestedBy, paymentId, reason, source, needsApproval } = payload;
    await this.learnRefund.execute(refundId, { amount, currency, requestedBy });
    if (!needsApproval) return;
    const details = { paymentId, reason, source };
    await this.open.execute(eventId, { kind: 'refund', subjectId: refundId, amount, currency, requestedBy, details });
  }

  /** What the provider gave up on: approving it is one more attempt. */
  @Consumes(PaymentRefundFailed)
  async handleRefundFailed({ eventId, payload, actor }: RecordedEvent<PaymentRefundFailed>): Promise<void> {
    const { refundId: subjectId, paymentId, code, retryable } = payload;
    if (retryable) return;
    await this.open.execute(eventId, { kind: 'refund', subjectId, requestedBy: actor.id, details: { paymentId, failure: code } });
  }

  @Consumes(PaymentDisputeOpened)
  async handleDisputeOpened({ eventId, payload }: RecordedEvent<PaymentDisputeOpened>): Promise<void> {
    const { disputeId: subjectId, amount, currency, paymentId, reasonCode, evidenceDueAt } = payload;
    const details = { paymentId, reasonCode, evidenceDueAt };
    await this.open.execute(eventId, { kind: 'dispute', subjectId, amount, currency, requestedBy: PROVIDER, details });
  }

  @Consumes(PaymentDisputeClosed)
  async handleDisputeClosed({ payload }: RecordedEvent<PaymentDisputeClosed>): Promise<void> {
    const { disputeId, outcome } = payload;
    const decision = outcome === 'won' ? 'approved' : 'rejected';
    await this.close.execute('dispute', disputeId, { decision, reason: `the dispute was ${outcome}`, by: PROVIDER });
  }

  @Consumes(PaymentProviderMismatch)
  async handleProviderMismatch({ eventId, payload }: RecordedEvent<PaymentProviderMismatch>): Promise<void> {
    const { providerEventId: subjectId, paymentId, expected, actual } = payload;
    const details = { paymentId, expected, actual };
    await this.open.execute(eventId, { kind: 'mismatch', subjectId, requestedBy: PROVIDER, details });
  }

  @Consumes(PayoutHeld)
  async handlePayoutHeld({ eventId, payload }: RecordedEvent<PayoutHeld>): Promise<void> {
    const { payoutId: subjectId, tutorId, reason, by: requestedBy = PLATFORM } = payload;
    await this.open.execute(eventId, { kind: 'payout_release', subjectId, requestedBy, details: { tutorId, reason } });
  }
}
