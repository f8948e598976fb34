import { createHash } from 'node:crypto';
import { Clock } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
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
} from '../../application/interfaces/payment-provider.interface.ts';
import { BadSignature, OutcomeUnknown } from '../../application/interfaces/provider.errors.ts';
import { SideDatabase } from '../database/side-database.ts';
import { readWebhook } from './webhook-body.ts';
import { isSigned } from './webhook-signature.ts';

/**
 * How transfers to an account go, by the end of the tutor's id; to all others the money is paid. `closed`: each one fails. `reopened`: the first two
 * fail. `silent`: the reply to each is lost, the money is paid.
 */
export const FAKE_ACCOUNTS = { closed: 'dead', reopened: 'fade', silent: 'face' } as const;

export abstract class FakeProviderOptions {
  abstract readonly webhookSecret: string;
  /** Divides every delay. */
  abstract readonly timeScale: number;
  /** Where its webhooks go; undefined: to this process. */
  abstract readonly webhookReceiver: string | undefined;
}

interface Charge {
  readonly authorization_ref: string;
  readonly payment_id: string;
  readonly payment_method: string;
  readonly amount: number;
  readonly currency: string;
  readonly capture_ref: string | null;
  readonly refunded: number;
  readonly failed_refunds: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
const AUTHORIZED_FOR_MS = 7 * DAY_MS;

/**
 * A payment provider that moves no money and decides by the payment method alone. It keeps its books in tables of its own, in transactions of
 * its own: what it has done stays done whatever becomes of whoever asked for it.
 */
@Injectable()
export class FakeProvider extends PaymentProvider {
  override readonly name = 'fake';

  constructor(
    private readonly database: SideDatabase,
    private readonly clock: Clock,
    private readonly options: FakeProviderOptions,
  ) {
    super();
  }

  override async authorize(request: AuthorizeRequest): Promise<AuthorizeOutcome> {
    const { idempotencyKey, paymentId, paymentMethodId, amount, currency } = request;
    return this.#once<AuthorizeOutcome>(request, async (client) => {
      if (paymentMethodId === 'pm_declined') return { outcome: 'declined', code: 'card_declined', final: true };
      if (paymentMethodId === 'pm_insufficient_funds') {
        return { outcome: 'declined', code: 'insufficient_funds', final: false };
      }
      const { rowCount: asked } = await client.query({
        text: `SELECT 1 FROM fake_provider_operations WHERE request LIKE $1 AND outcome->>'outcome' = 'confirmation_needed'`,
        values: [`%"paymentId":"${paymentId}"%`],
      });
      if (paymentMethodId === 'pm_confirm' && asked === 0) {
        return { outcome: 'confirmation_needed', url: `https://fake-provider.example/confirm/${paymentId}` };
      }
      const providerRef = refOf('au', idempotencyKey);
      const expiresAt = new Date(this.clock.now().getTime() + AUTHORIZED_FOR_MS).toISOString();
      await client.query({
        text: `INSERT INTO fake_provider_charges (authorization_ref, payment_id, payment_method, amount, currency) VALUES ($1, $2, $3, $4, $5)`,
        values: [providerRef, paymentId, paymentMethodId, amount, currency],
      });
      const late = paymentMethodId === 'pm_out_of_order' ? 2 * SECOND_MS : 0;
      await this.#report(
        client,
        { type: 'payment.authorized', providerEventId: `evt_${providerRef}`, paymentId, providerRef, expiresAt },
        late,
      );
      return { outcome: 'authorized', providerRef, expiresAt };
    });
  }

  override async capture(request: CaptureRequest): Promise<CaptureOutcome> {
    const { idempotencyKey, providerRef: authorization } = request;
    let isFirst = false;
    let method = '';
    const outcome = await this.#once<CaptureOutcome>(request, async (client) => {
      const charge = await lockCharge(client, 'authorization_ref', authorization);
      if (charge === undefined || charge.capture_ref !== null)
        return { outcome: 'declined', code: 'not_capturable', final: true };
      isFirst = true;
      method = charge.payment_method;
      const providerRef = refOf('ch', idempotencyKey);
      await client.query({
        text: 'UPDATE fake_provider_charges SET capture_ref = $2 WHERE authorization_ref = $1',
        values: [authorization, providerRef],
      });
      await this.#reportCapture(client, charge, providerRef);
      const { amount, currency } = charge;
      return method === 'pm_slow_16min' ? { outcome: 'pending' } : { outcome: 'captured', providerRef, amount, currency };
    });
    if (isFirst && method === 'pm_timeout_then_ok') throw new OutcomeUnknown(idempotencyKey);
    return outcome;
  }

  override async cancel(request: CaptureRequest): Promise<void> {
    await this.#once(request, async (client) => {
      await client.query({
        text: 'DELETE FROM fake_provider_charges WHERE authorization_ref = $1 AND capture_ref IS NULL',
        values: [request.providerRef],
      });
      return { outcome: 'declined', code: 'cancelled', final: true };
    });
  }

  override async refund(order: RefundOrder): Promise<RefundOutcome> {
    return this.#once<RefundOutcome>(order, async (client) => {
      const charge = await lockCharge(client, 'capture_ref', order.providerRef);
      if (charge === undefined || charge.currency !== order.currency || charge.amount - charge.refunded < order.amount) {
        return { outcome: 'failed', code: 'amount_not_available', retryable: false };
      }
      if (charge.payment_method === 'pm_refund_fails_twice' && charge.failed_refunds < 2) {
        await client.query({
          text: 'UPDATE fake_provider_charges SET failed_refunds = failed_refunds + 1 WHERE capture_ref = $1',
          values: [order.providerRef],
        });
        return { outcome: 'failed', code: 'processor_unavailable', retryable: true };
      }
      await client.query({
        text: 'UPDATE fake_provider_charges SET refunded = refunded + $2 WHERE capture_ref = $1',
        values: [order.providerRef, order.amount],
      });
      return { outcome: 'refunded', providerRef: refOf('re', order.idempotencyKey) };
    });
  }

  override async transfer(order: TransferOrder): Promise<TransferOutcome> {
    const { idempotencyKey, accountRef } = order;
    let isFirst = false;
    const outcome = await this.#once<TransferOutcome>(order, async (client) => {
      isFirst = true;
      const { rowCount: before } = await client.query({
        text: 'SELECT 1 FROM fake_provider_operations WHERE request LIKE $1',
        values: [`%"accountRef":"${accountRef}"%`],
      });
      const isClosed =
        accountRef.endsWith(FAKE_ACCOUNTS.closed) || (accountRef.endsWith(FAKE_ACCOUNTS.reopened) && (before ?? 0) < 2);
      if (isClosed) return { outcome: 'failed', code: 'account_closed' };
      return { outcome: 'paid', providerRef: refOf('tr', idempotencyKey) };
    });
    if (isFirst && accountRef.endsWith(FAKE_ACCOUNTS.silent)) throw new OutcomeUnknown(idempotencyKey);
    return outcome;
  }

  override async query(idempotencyKey: string): Promise<ProviderOutcome | undefined> {
    const { rows } = await this.database.query<{ outcome: ProviderOutcome }>({
      text: 'SELECT outcome FROM fake_provider_operations WHERE key = $1',
      values: [idempotencyKey],
    });
    return rows[0]?.outcome;
  }

  override parseWebhook({ signature, body }: ReceivedWebhook): ProviderEvent {
    if (!isSigned(this.options.webhookSecret, body, signature, this.clock.now())) throw new BadSignature();
    return readWebhook(body);
  }

  /** Carries an operation out once per key; a repeat gets the first outcome. Throws KeyReused for another request under the key. */
  async #once<O extends ProviderOutcome>(
    request: { readonly idempotencyKey: string },
    carryOut: (client: PoolClient) => Promise<O>,
  ): Promise<O> {
    const { idempotencyKey: key, ...rest } = request;
    const asked = JSON.stringify(rest);
    return this.database.withClient(async (client) => {
      await client.query('BEGIN');
      try {
        await client.query({ text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', values: [`fake-provider ${key}`] });
        const { rows } = await client.query<{ request: string; outcome: O }>({
          text: 'SELECT request, outcome FROM fake_provider_operations WHERE key = $1',
          values: [key],
        });
        const [known] = rows;
        if (known !== undefined && known.request !== asked) throw new KeyReused(key);
        const outcome = known?.outcome ?? (await carryOut(client));
        if (known === undefined) {
          await client.query({
            text: 'INSERT INTO fake_provider_operations (key, request, outcome, created_at) VALUES ($1, $2, $3, $4)',
            values: [key, asked, JSON.stringify(outcome), this.clock.now()],
          });
        }
        await client.query('COMMIT');
        return outcome;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  async #reportCapture(client: PoolClient, charge: Charge, providerRef: string): Promise<void> {
    const { payment_id: paymentId, payment_method: method, amount, currency } = charge;
    const captured: ProviderEvent = {
      type: 'payment.captured',
      providerEventId: `evt_${providerRef}`,
      paymentId,
      providerRef,
      amount,
      currency,
    };
    const times = method === 'pm_duplicate_webhook' ? 3 : 1;
    for (let n = 0; n < times; n++) await this.#report(client, captured, method === 'pm_slow_16min' ? 16 * MINUTE_MS : 0);
    if (method !== 'pm_dispute_after_1d') return;
    const disputeId = refOf('dp', providerRef);
    const evidenceDueAt = new Date(this.clock.now().getTime() + 8 * DAY_MS).toISOString();
    await this.#report(
      client,
      {
        type: 'dispute.opened',
        providerEventId: `evt_${disputeId}`,
        paymentId,
        disputeId,
        amount,
        currency,
        reasonCode: 'unrecognized',
        evidenceDueAt,
      },
      DAY_MS,
    );
  }

  async #report(client: PoolClient, event: ProviderEvent, afterMs: number): Promise<void> {
    await client.query({
      text: 'INSERT INTO fake_provider_webhooks (due_at, body) VALUES ($1, $2)',
      values: [new Date(this.clock.now().getTime() + afterMs / this.options.timeScale), JSON.stringify(event)],
    });
  }
}

async function lockCharge(
  client: PoolClient,
  column: 'authorization_ref' | 'capture_ref',
  ref: string,
): Promise<Charge | undefined> {
  const { rows } = await client.query<Charge>({
    text: `SELECT authorization_ref, payment_id, payment_method, amount, currency, capture_ref, refunded, failed_refunds
           FROM fake_provider_charges WHERE ${column} = $1 FOR UPDATE`,
    values: [ref],
  });
  return rows[0];
}

/** The same for the same operation, so that two runs of a demo read alike. */
function refOf(kind: string, key: string): string {
  return `${kind}_${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

/** Two operations were sent under one key: the second was not carried out. */
export class KeyReused extends Error {
  readonly code = 'PROVIDER_KEY_REUSED';

  constructor(key: string) {
    super(`the payment provider was asked for something else under the key ${key} before; a key names one operation`);
    this.name = 'KeyReused';
  }
}
