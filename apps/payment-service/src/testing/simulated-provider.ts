import { createHash } from 'node:crypto';
import type { MemoryDatabase, Surroundings } from '@edtech/shared-kernel/testing';
import {
  PaymentProvider,
  type AuthorizeOutcome,
  type AuthorizeRequest,
  type CaptureOutcome,
  type CaptureRequest,
  type ProviderEvent,
  type ProviderOutcome,
  type ReceivedWebhook,
  type RefundOrder,
  type RefundOutcome,
  type TransferOrder,
  type TransferOutcome,
} from '../application/interfaces/payment-provider.interface.ts';
import { BadSignature, OutcomeUnknown, ProviderUnavailable } from '../application/interfaces/provider.errors.ts';
import { RecordProviderReportUseCase } from '../application/use-cases/record-provider-report.usecase.ts';
import { FAKE_ACCOUNTS } from '../infrastructure/providers/fake.provider.ts';
import { readWebhook } from '../infrastructure/providers/webhook-body.ts';
import { isSigned, signWebhook } from '../infrastructure/providers/webhook-signature.ts';

export interface Charge {
  readonly authorizationRef: string;
  readonly paymentId: string;
  readonly method: string;
  readonly amount: number;
  readonly currency: string;
  captureRef: string | undefined;
  refunded: number;
  refundFailures: number;
  dispute: 'none' | 'open' | 'won' | 'lost';
}

export interface Transfer extends Omit<TransferOrder, 'idempotencyKey'> {
  readonly reference: string;
}

interface Carried {
  readonly request: string;
  readonly outcome: ProviderOutcome;
}

const NAME = 'simulated';
const OUTSIDE = 'provider';
const SECRET = 'whsec_simulated';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const AUTHORIZED_FOR_MS = 7 * 24 * HOUR_MS;
/** A report that is not accepted by then is given up; a check finds that. */
const MOST_SENT = 25;
const FIRST_PAUSE_MS = 1_000;
/** What comes later than this is not waited for. */
const SOON_MS = 30_000;

/** How often the refunds of a charge fail before one succeeds. */
const REFUND_FAILURES: Readonly<Record<string, number>> = { pm_refund_fails_twice: 2, pm_refund_given_up: 4 };

/**
 * The payment provider of a world: what it was asked for it carries out once per key, whatever becomes of whoever asked. Now and then it does not
 * take a request, or its answer is lost, each at most once per key. What it reports by itself comes late, more than once and in no order.
 */
export class SimulatedProvider extends PaymentProvider {
  override readonly name = NAME;
  charges: Charge[] = [];
  transfers: Transfer[] = [];
  /** Reports that nobody has accepted. */
  refused: string[] = [];
  #carried = new Map<string, Carried>();
  #failed = new Set<string>();
  #surroundings: Surroundings | undefined;
  #sent = 0;

  constructor(private readonly database: MemoryDatabase) {
    super();
  }

  begin(surroundings: Surroundings): void {
    this.#surroundings = { ...surroundings, random: surroundings.random.fork('provider') };
    [this.charges, this.transfers, this.refused, this.#sent] = [[], [], [], 0];
    this.#carried = new Map();
    this.#failed = new Set();
  }

  override async authorize(request: AuthorizeRequest): Promise<AuthorizeOutcome> {
    const { idempotencyKey, paymentId, paymentMethodId: method, amount, currency } = request;
    return this.#once<AuthorizeOutcome>('authorize', request, () => {
      if (method === 'pm_declined') return { outcome: 'declined', code: 'card_declined', final: true };
      if (method === 'pm_insufficient_funds') return { outcome: 'declined', code: 'insufficient_funds', final: false };
      if (method === 'pm_confirm' && !this.#hasAskedFor(paymentId))
        return { outcome: 'confirmation_needed', url: `https://provider.example/confirm/${paymentId}` };
      const providerRef = refOf('au', idempotencyKey);
      const expiresAt = new Date(this.database.clock.time + AUTHORIZED_FOR_MS).toISOString();
      const nothing = { captureRef: undefined, refunded: 0, refundFailures: 0, dispute: 'none' } as const;
      this.charges.push({ authorizationRef: providerRef, paymentId, method, amount, currency, ...nothing });
      this.#report({ type: 'payment.authorized', providerEventId: `evt_${providerRef}`, paymentId, providerRef, expiresAt });
      return { outcome: 'authorized', providerRef, expiresAt };
    });
  }

  override async capture(request: CaptureRequest): Promise<CaptureOutcome> {
    return this.#once<CaptureOutcome>('capture', request, () => {
      const charge = this.charges.find(({ authorizationRef }) => authorizationRef === request.providerRef);
      if (charge === undefined || charge.captureRef !== undefined)
        return { outcome: 'declined', code: 'not_capturable', final: true };
      const providerRef = refOf('ch', request.idempotencyKey);
      charge.captureRef = providerRef;
      const { paymentId, amount, currency, method } = charge;
      const isSlow = method === 'pm_slow';
      const captured = { paymentId, providerRef, amount, currency, providerEventId: `evt_${providerRef}` };
      this.#report({ type: 'payment.captured', ...captured }, isSlow ? 10 * MINUTE_MS : 0);
      if (method.startsWith('pm_dispute')) this.#dispute(charge, providerRef);
      return isSlow ? { outcome: 'pending' } : { outcome: 'captured', providerRef, amount, currency };
    });
  }

  override async cancel(request: CaptureRequest): Promise<void> {
    await this.#once<CaptureOutcome>('cancel', request, () => {
      this.charges = this.charges.filter(
        ({ authorizationRef, captureRef }) => authorizationRef !== request.providerRef || captureRef !== undefined,
      );
      return { outcome: 'declined', code: 'cancelled', final: true };
    });
  }

  override async refund(order: RefundOrder): Promise<RefundOutcome> {
    return this.#once<RefundOutcome>('refund', order, () => {
      const charge = this.charges.find(({ captureRef }) => captureRef === order.providerRef);
      if (charge === undefined || charge.currency !== order.currency || charge.amount - charge.refunded < order.amount)
        return { outcome: 'failed', code: 'amount_not_available', retryable: false };
      if (charge.refundFailures < (REFUND_FAILURES[charge.method] ?? 0)) {
        charge.refundFailures++;
        return { outcome: 'failed', code: 'processor_unavailable', retryable: true };
      }
      charge.refunded += order.amount;
      return { outcome: 'refunded', providerRef: refOf('re', order.idempotencyKey) };
    });
  }

  override async transfer(order: TransferOrder): Promise<TransferOutcome> {
    const { idempotencyKey: reference, ...transfer } = order;
    return this.#once<TransferOutcome>('transfer', order, () => {
      if (isClosed(order)) return { outcome: 'failed', code: 'account_closed' };
      this.transfers.push({ reference, ...transfer });
      return { outcome: 'paid', providerRef: refOf('tr', reference) };
    });
  }

  override async query(idempotencyKey: string): Promise<ProviderOutcome | undefined> {
    await this.#step(`query ${idempotencyKey}`);
    this.#mayFail(`query ${idempotencyKey}`, () => new ProviderUnavailable('query'));
    return this.#carried.get(idempotencyKey)?.outcome;
  }

  override parseWebhook({ signature, body }: ReceivedWebhook): ProviderEvent {
    if (!isSigned(SECRET, body, signature, this.database.clock.now())) throw new BadSignature();
    return readWebhook(body);
  }

  async #once<O extends ProviderOutcome>(
    operation: string,
    { idempotencyKey: key, ...rest }: { readonly idempotencyKey: string },
    carryOut: () => O,
  ): Promise<O> {
    await this.#step(`${operation} ${key}`);
    this.#mayFail(`${operation} ${key}`, () => new ProviderUnavailable(operation));
    const request = JSON.stringify(rest);
    const known = this.#carried.get(key);
    if (known !== undefined && known.request !== request) throw new Error(`the key ${key} was used for something else`);
    const outcome = known?.outcome ?? carryOut();
    this.#carried.set(key, { request, outcome });
    await this.#step(`${operation} ${key} answered`);
    this.#mayFail(`${operation} ${key} answered`, () => new OutcomeUnknown(key));
    // As over a network: what was stored under the key has the form of what is asked for.
    const answer: O = JSON.parse(JSON.stringify(outcome));
    return answer;
  }

  #hasAskedFor(paymentId: string): boolean {
    return [...this.#carried.values()].some(
      ({ request, outcome }) => outcome.outcome === 'confirmation_needed' && request.includes(`"paymentId":"${paymentId}"`),
    );
  }

  #mayFail(place: string, error: () => Error): void {
    const { random, faults } = this.#around;
    if (this.#failed.has(place) || !random.chance(faults.provider)) return;
    this.#failed.add(place);
    throw error();
  }

  #dispute(charge: Charge, captureRef: string): void {
    const { paymentId, currency, method } = charge;
    const disputeId = refOf('dp', captureRef);
    const won = method === 'pm_dispute_won';
    const evidenceDueAt = new Date(this.database.clock.time + AUTHORIZED_FOR_MS).toISOString();
    this.#later(`dispute ${disputeId}`, 9 * HOUR_MS, () => {
      const amount = charge.amount - charge.refunded;
      if (amount === 0) return;
      charge.dispute = 'open';
      const dispute = { paymentId, disputeId, amount, currency, reasonCode: 'unrecognized', evidenceDueAt };
      this.#report({ type: 'dispute.opened', providerEventId: `evt_${disputeId}`, ...dispute });
    });
    this.#later(`end of dispute ${disputeId}`, 15 * HOUR_MS, () => {
      if (charge.dispute !== 'open') return;
      charge.dispute = won ? 'won' : 'lost';
      this.#report({ type: 'dispute.closed', providerEventId: `evt_${disputeId}_end`, paymentId, disputeId, won });
    });
  }

  #report(event: ProviderEvent, afterMs = 0): void {
    const { random, faults } = this.#around;
    const late = (): number => (random.chance(faults.delay) ? random.int(faults.longestDelayMs) : 0);
    for (let copies = random.chance(faults.duplicate) ? 2 : 1; copies > 0; copies--)
      this.#later(`report ${event.providerEventId}`, afterMs + late(), () => this.#send(event, 1));
  }

  #send(event: ProviderEvent, attempt: number): void {
    const body = JSON.stringify(event);
    const signature = signWebhook(SECRET, body, this.database.clock.now());
    const messageId = `webhook-${++this.#sent}`;
    const context = { messageId, correlationId: messageId, actor: { id: 'anonymous', type: 'user' } } as const;
    this.#around
      .request(context, (app) => app.get(RecordProviderReportUseCase).execute(NAME, { signature, body }))
      .catch((error: unknown) => {
        if (attempt === MOST_SENT) this.refused.push(`${event.providerEventId}: ${String(error)}`);
        else {
          const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempt, HOUR_MS);
          this.#later(`report ${event.providerEventId} again`, pause, () => this.#send(event, attempt + 1));
        }
      });
  }

  #later(label: string, ms: number, resume: () => void): void {
    this.#around.scheduler.after(OUTSIDE, label, ms, resume, { background: ms > SOON_MS });
  }

  async #step(label: string): Promise<void> {
    await this.database.scheduler.step(this.database.owner, `provider ${label}`);
  }

  get #around(): Surroundings {
    if (this.#surroundings === undefined) throw new Error('the simulation has not begun');
    return this.#surroundings;
  }
}

function refOf(kind: string, key: string): string {
  return `${kind}_${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

/** An account that is reopened refuses the first two transfers of each payout. */
function isClosed({ accountRef, idempotencyKey }: TransferOrder): boolean {
  const attempt = Number(idempotencyKey.split('-').at(-1));
  return accountRef.endsWith(FAKE_ACCOUNTS.closed) || (accountRef.endsWith(FAKE_ACCOUNTS.reopened) && attempt <= 2);
}
