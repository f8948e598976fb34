import { NotFound } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import { Payment } from '../../domain/aggregates/payment.aggregate.ts';
import { ChargePaymentCommand } from '../commands/charge-payment.command.ts';
import { ChargeAttempts, operationKey, type ChargeAttempt } from '../interfaces/charge-attempts.ts';
import { PaymentProvider } from '../interfaces/payment-provider.interface.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';
import type { ChargeView } from '../views/charge.view.ts';
import { ChargePaymentUseCase } from './charge-payment.usecase.ts';

interface Confirmation {
  readonly paymentId: string;
  readonly studentId: string;
  /** The name of the command, if its sender gave it one. */
  readonly commandId?: string | undefined;
  /** Without: as before. */
  readonly paymentMethodId?: string | undefined;
}

/**
 * The student has confirmed, or pays another way. A new attempt begins only when the provider has nothing under way for the one before, so
 * nobody is charged twice, and only once for each `commandId`. Throws NotFound, also for somebody else's payment, InvalidState, AttemptsExhausted.
 */
@Injectable()
export class ConfirmPaymentUseCase {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly attempts: ChargeAttempts,
    private readonly provider: PaymentProvider,
    private readonly charge: ChargePaymentUseCase,
  ) {}

  async execute({ paymentId, studentId, commandId, paymentMethodId }: Confirmation): Promise<ChargeView> {
    const payment = await this.payments.get(paymentId);
    if (payment.studentId !== studentId) throw new NotFound(Payment.AGGREGATE_TYPE, paymentId);
    payment.expectAttempt();
    const last = (await this.attempts.of(paymentId)).at(-1);
    const isRepeated = commandId !== undefined && last?.commandId === commandId;
    if (last !== undefined && !isRepeated && (await this.#isOver(last))) {
      const method = paymentMethodId ?? last.paymentMethodId;
      await this.attempts.add({ paymentId, attempt: last.attempt + 1, paymentMethodId: method, commandId });
    }
    return this.charge.execute(new ChargePaymentCommand(paymentId));
  }

  async #isOver(attempt: ChargeAttempt): Promise<boolean> {
    const authorization = await this.provider.query(operationKey('authorize', attempt));
    if (authorization?.outcome !== 'authorized') return authorization !== undefined;
    return (await this.provider.query(operationKey('capture', attempt)))?.outcome === 'declined';
  }
}
