import type { Payment } from '../src/domain/aggregates/payment.aggregate.ts';
import {
  PaymentProvider,
  type AuthorizeRequest,
  type CaptureRequest,
  type ProviderEvent,
  type ProviderOutcome,
  type ReceivedWebhook,
  type RefundOrder,
  type TransferOrder,
} from '../src/application/interfaces/payment-provider.interface.ts';
import { OutcomeUnknown, ProviderUnavailable } from '../src/application/interfaces/provider.errors.ts';
import { PaymentRepository } from '../src/application/interfaces/payment.repository.ts';

export class Died extends Error {}

/** A process that dies at its n-th write to the event store: just before, or when it is stored and nobody has heard of it. */
export class DyingRepository extends PaymentRepository {
  #writes = 0;

  constructor(
    private readonly payments: PaymentRepository,
    private readonly death: { readonly atWrite: number; readonly when: 'before' | 'after' },
  ) {
    super();
  }

  override get(paymentId: string): Promise<Payment> {
    return this.payments.get(paymentId);
  }

  override add(payment: Payment): Promise<void> {
    return this.payments.add(payment);
  }

  override async change<T>(paymentId: string, decide: (payment: Payment) => T): Promise<T> {
    const dies = ++this.#writes === this.death.atWrite;
    if (dies && this.death.when === 'before') throw new Died();
    const result = await this.payments.change(paymentId, decide);
    if (dies) throw new Died();
    return result;
  }
}

export type ProviderFault = 'away' | 'reply lost' | 'reply lost, then away';

/** The real provider behind a line on which one operation goes wrong once. */
export class FaultyProvider extends PaymentProvider {
  override readonly name: string;
  #fault: ProviderFault | undefined;
  #isAway = false;

  constructor(
    private readonly provider: PaymentProvider,
    private readonly operation: 'authorize' | 'capture' | 'refund',
    fault: ProviderFault,
  ) {
    super();
    this.name = provider.name;
    this.#fault = fault;
  }

  override authorize(request: AuthorizeRequest) {
    return this.#over('authorize', request, () => this.provider.authorize(request));
  }
  override capture(request: CaptureRequest) {
    return this.#over('capture', request, () => this.provider.capture(request));
  }
  override refund(order: RefundOrder) {
    return this.#over('refund', order, () => this.provider.refund(order));
  }
  override cancel(request: CaptureRequest): Promise<void> {
    return this.provider.cancel(request);
  }
  override transfer(order: TransferOrder) {
    return this.provider.transfer(order);
  }
  override async query(idempotencyKey: string): Promise<ProviderOutcome | undefined> {
    if (this.#isAway) {
      this.#isAway = false;
      throw new ProviderUnavailable('query');
    }
    return this.provider.query(idempotencyKey);
  }
  override parseWebhook(webhook: ReceivedWebhook): ProviderEvent {
    return this.provider.parseWebhook(webhook);
  }

  async #over<O>(operation: string, { idempotencyKey }: { readonly idempotencyKey: string }, send: () => Promise<O>): Promise<O> {
    const fault = operation === this.operation ? this.#fault : undefined;
    if (fault === undefined) return send();
    this.#fault = undefined;
    if (fault === 'away') throw new ProviderUnavailable(operation);
    await send();
    this.#isAway = fault === 'reply lost, then away';
    throw new OutcomeUnknown(idempotencyKey);
  }
}
