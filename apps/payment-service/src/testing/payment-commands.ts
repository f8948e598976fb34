import { DomainError } from '@edtech/shared-kernel/domain';
import type { CommandInput } from '@edtech/shared-kernel/testing';
import { PayoutList } from '../application/interfaces/payout-list.interface.ts';
import { CancelPaymentUseCase } from '../application/use-cases/cancel-payment.usecase.ts';
import { ConfirmPaymentUseCase } from '../application/use-cases/confirm-payment.usecase.ts';
import { HoldPayoutUseCase } from '../application/use-cases/hold-payout.usecase.ts';
import { ReleasePayoutUseCase } from '../application/use-cases/release-payout.usecase.ts';
import { RequestRefundUseCase } from '../application/use-cases/request-refund.usecase.ts';
import type { PayoutStatus } from '../domain/aggregates/payout.state.ts';
import { paymentIdOf } from '../domain/services/derived-ids.ts';
import { paymentService } from '../payment-service.module.ts';

const SUPPORT = '0b9d3f1c-0000-4000-8000-0000000000c1';
const HOLDER = '0b9d3f1c-0000-4000-8000-0000000000c2';
const RELEASER = '0b9d3f1c-0000-4000-8000-0000000000c3';

function by(actor: string, label: string, run: CommandInput['run']): CommandInput {
  return { kind: 'command', service: paymentService.name, label, actor: { id: actor }, run };
}

/** Of a booking. */
export const paymentOf = paymentIdOf;

interface Lesson {
  readonly bookingId: string;
  readonly studentId: string;
}

/** The commands of payment-service as its clients send them. */
export const paymentCommands = {
  /** `commandId` is the Idempotency-Key. */
  confirm: ({ bookingId, studentId }: Lesson, commandId: string, paymentMethodId?: string): CommandInput =>
    by(studentId, `confirm ${bookingId}`, (app) =>
      app.get(ConfirmPaymentUseCase).execute({ paymentId: paymentOf(bookingId), studentId, commandId, paymentMethodId }),
    ),
  cancel: ({ bookingId, studentId }: Lesson): CommandInput =>
    by(studentId, `cancel ${bookingId}`, (app) => app.get(CancelPaymentUseCase).execute(paymentOf(bookingId), studentId)),
  refundByStudent: ({ bookingId, studentId }: Lesson, commandId: string, amount?: number): CommandInput =>
    by(studentId, `refund ${amount ?? 'all'} of ${bookingId}`, (app) =>
      app.get(RequestRefundUseCase).execute({
        paymentId: paymentOf(bookingId),
        commandId,
        amount,
        reason: 'ill',
        by: { id: studentId, isStudent: true },
      }),
    ),
  refundBySupport: ({ bookingId }: Lesson, commandId: string, amount?: number): CommandInput =>
    by(SUPPORT, `support refunds ${amount ?? 'all'} of ${bookingId}`, (app) =>
      app.get(RequestRefundUseCase).execute({
        paymentId: paymentOf(bookingId),
        commandId,
        amount,
        reason: 'goodwill',
        by: { id: SUPPORT, isStudent: false },
      }),
    ),
  holdPayouts: (): CommandInput =>
    by(HOLDER, 'hold payouts', (app) =>
      each(app, ['scheduled', 'failed'], (payoutId) =>
        app.get(HoldPayoutUseCase).execute(payoutId, { reason: 'checked by hand', by: HOLDER }),
      ),
    ),
  releasePayouts: (decisionId: string): CommandInput =>
    by(RELEASER, 'release payouts', (app) =>
      each(app, ['held'], (payoutId) =>
        app.get(ReleasePayoutUseCase).execute(payoutId, { reason: 'checked', by: RELEASER, decisionId }),
      ),
    ),
};

/** Each payout that is listed so; one that has gone on meanwhile refuses for itself. */
async function each(
  app: Parameters<CommandInput['run']>[0],
  statuses: readonly PayoutStatus[],
  command: (payoutId: string) => Promise<void>,
): Promise<void> {
  const { items } = await app.get(PayoutList).page({});
  for (const { payoutId, status } of items) {
    if (!statuses.includes(status)) continue;
    try {
      await command(payoutId);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
}
