import { inMessageContext, messageContext } from '@edtech/shared-kernel/application';
import { NotFound } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import type { Payment } from '../../domain/aggregates/payment.aggregate.ts';
import { AlreadyOpen } from '../../domain/errors/payment.errors.ts';
import { ReleaseAuthorizationCommand } from '../commands/release-authorization.command.ts';
import { PaymentProvider, type ProviderEvent, type ReceivedWebhook } from '../interfaces/payment-provider.interface.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';
import { ReleaseAuthorizationUseCase } from './release-authorization.usecase.ts';

/**
 * Takes down what the provider reports by itself, as often and in whatever order it comes: a report that is known changes nothing, one that does
 * not fit is recorded as a mismatch. Throws NotFound for an unknown provider or payment, BadSignature, MalformedWebhook, and NotOpen for the end
 * of a dispute whose beginning has not come: the provider sends it again.
 */
@Injectable()
export class RecordProviderReportUseCase {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly provider: PaymentProvider,
    private readonly releaseAuthorization: ReleaseAuthorizationUseCase,
  ) {}

  async execute(provider: string, webhook: ReceivedWebhook): Promise<void> {
    if (provider !== this.provider.name) throw new NotFound('PaymentProvider', provider);
    const report = this.provider.parseWebhook(webhook);
    const actor = { id: `system:provider-${provider}`, type: 'system' } as const;
    await inMessageContext({ ...messageContext(), actor }, () => this.#record(report));
  }

  async #record(report: ProviderEvent): Promise<void> {
    const { paymentId } = report;
    const payment = await this.payments.change(paymentId, (newest) => {
      apply(newest, report);
      return newest;
    });
    const isUnwanted = payment.status === 'failed' || payment.status === 'cancelled';
    if (report.type !== 'payment.authorized' || !isUnwanted) return;
    await this.releaseAuthorization.execute(new ReleaseAuthorizationCommand(paymentId));
  }
}

function apply(payment: Payment, report: ProviderEvent): void {
  const { providerEventId } = report;
  switch (report.type) {
    case 'payment.authorized': {
      // Later than the capture it says nothing new: money that is captured was authorized.
      const { providerRef, expiresAt } = report;
      if (payment.status === 'pending') payment.authorize({ providerRef, expiresAt: new Date(expiresAt) });
      return;
    }
    case 'payment.captured':
      return payment.complete({ providerRef: report.providerRef, providerEventId, price: report });
    case 'payment.failed':
      return report.final ? payment.fail(report) : payment.recordFailedAttempt(report);
    case 'dispute.opened':
      return openDispute(payment, report);
    case 'dispute.closed':
      return payment.closeDispute({ disputeId: report.disputeId, outcome: report.won ? 'won' : 'lost' });
  }
}

function openDispute(payment: Payment, report: Extract<ProviderEvent, { type: 'dispute.opened' }>): void {
  const { disputeId, reasonCode, providerEventId } = report;
  try {
    payment.openDispute({
      disputeId,
      amount: report,
      reasonCode,
      evidenceDueAt: new Date(report.evidenceDueAt),
      providerEventId,
    });
  } catch (error) {
    if (!(error instanceof AlreadyOpen)) throw error;
    payment.recordMismatch({ providerEventId, expected: `dispute ${error.disputeId} alone`, actual: `dispute ${disputeId}` });
  }
}
