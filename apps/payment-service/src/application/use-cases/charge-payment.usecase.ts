import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Payment } from '../../domain/aggregates/payment.aggregate.ts';
import { ChargePaymentCommand } from '../commands/charge-payment.command.ts';
import { certainOutcome } from '../interfaces/certain-outcome.ts';
import { ChargeAttempts, operationKey, type ChargeAttempt } from '../interfaces/charge-attempts.ts';
import { PaymentProvider, type AuthorizeOutcome, type CaptureOutcome } from '../interfaces/payment-provider.interface.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';
import { chargeView, type ChargeView } from '../views/charge.view.ts';

type Declined = Extract<AuthorizeOutcome, { outcome: 'declined' }>;

/**
 * Asks the provider for the money, the newest attempt's way, and records what it says; nothing when no money is awaited, and when the provider
 * cannot say: then ask again. Safe to repeat, also after a crash between the provider's answer and its record: each step has one key at the
 * provider, and what is recorded already is not recorded again. Throws NotFound.
 */
@CommandHandler(ChargePaymentCommand)
export class ChargePaymentUseCase implements ICommandHandler<ChargePaymentCommand> {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly attempts: ChargeAttempts,
    private readonly provider: PaymentProvider,
  ) {}

  async execute({ paymentId }: ChargePaymentCommand): Promise<ChargeView> {
    const attempt = (await this.attempts.of(paymentId)).at(-1);
    const payment = await this.payments.get(paymentId);
    if (attempt === undefined || !payment.awaitsMoney) return chargeView(payment);
    const authorization = await this.#authorize(payment, attempt);
    if (authorization === undefined) return chargeView(payment);
    if (authorization.outcome === 'confirmation_needed') {
      return { ...chargeView(payment), clientAction: { type: 'confirm', url: authorization.url } };
    }
    if (authorization.outcome === 'declined') return this.#declined(attempt, 'authorize', authorization);
    const { providerRef, expiresAt } = authorization;
    const authorized = await this.payments.change(paymentId, (newest) => {
      if (newest.status === 'pending') newest.authorize({ providerRef, expiresAt: new Date(expiresAt) });
      return newest;
    });
    if (!authorized.awaitsMoney) {
      await this.provider.cancel({ idempotencyKey: operationKey('cancel', attempt), providerRef });
      return chargeView(authorized);
    }
    return this.#capture(authorized, attempt, providerRef);
  }

  #authorize({ price: { amount, currency } }: Payment, attempt: ChargeAttempt): Promise<AuthorizeOutcome | undefined> {
    const { paymentId, paymentMethodId } = attempt;
    return certainOutcome<AuthorizeOutcome>(this.provider, {
      idempotencyKey: operationKey('authorize', attempt),
      outcomes: ['authorized', 'declined', 'confirmation_needed'],
      ask: (idempotencyKey) => this.provider.authorize({ idempotencyKey, paymentId, paymentMethodId, amount, currency }),
    });
  }

  async #capture(payment: Payment, attempt: ChargeAttempt, authorization: string): Promise<ChargeView> {
    const captured = await certainOutcome<CaptureOutcome>(this.provider, {
      idempotencyKey: operationKey('capture', attempt),
      outcomes: ['captured', 'declined', 'pending'],
      ask: (idempotencyKey) => this.provider.capture({ idempotencyKey, providerRef: authorization }),
    });
    if (captured === undefined || captured.outcome === 'pending') return chargeView(payment);
    if (captured.outcome === 'declined') return this.#declined(attempt, 'capture', captured);
    const { providerRef, amount, currency } = captured;
    const providerEventId = operationKey('capture', attempt);
    return this.#record(attempt, (newest) => newest.complete({ providerRef, providerEventId, price: { amount, currency } }));
  }

  #declined(attempt: ChargeAttempt, step: 'authorize' | 'capture', { code, final }: Declined): Promise<ChargeView> {
    const decline = { providerEventId: operationKey(step, attempt), code };
    return this.#record(attempt, (newest) => (final ? newest.fail(decline) : newest.recordFailedAttempt(decline)));
  }

  #record({ paymentId }: ChargeAttempt, decide: (newest: Payment) => void): Promise<ChargeView> {
    return this.payments.change(paymentId, (newest) => {
      decide(newest);
      return chargeView(newest);
    });
  }
}
