import { Clock, SingletonJob } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { SideDatabase } from '../database/side-database.ts';
import { FakeProviderOptions } from './fake.provider.ts';
import { SIGNATURE_HEADER, signWebhook } from './webhook-signature.ts';

interface DueWebhook {
  readonly id: string;
  readonly body: string;
  readonly attempts: number;
}

const LOOK_EVERY_MS = 100;
const MOST_AT_A_TIME = 20;
const ANSWER_WITHIN_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

/** Sends the fake provider's reports over HTTP when they are due, each until it is accepted: at least once, in no order one could rely on. */
@Injectable()
export class FakeWebhookSender extends SingletonJob {
  override readonly name = 'payment-service.fake-webhook-sender';

  constructor(
    private readonly database: SideDatabase,
    private readonly clock: Clock,
    private readonly options: FakeProviderOptions,
    private readonly host: HttpAdapterHost<FastifyAdapter>,
  ) {
    super();
  }

  override async turn(ended: AbortSignal): Promise<number> {
    const { rows } = await this.database.query<DueWebhook>({
      name: 'fake-webhooks-due',
      text: 'SELECT id, body, attempts FROM fake_provider_webhooks WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2',
      values: [this.clock.now(), MOST_AT_A_TIME],
    });
    for (const webhook of rows) {
      if (ended.aborted) break;
      if (await this.#isAccepted(webhook)) await this.#forget(webhook);
      else await this.#postpone(webhook);
    }
    return rows.length === MOST_AT_A_TIME ? 0 : LOOK_EVERY_MS;
  }

  async #isAccepted({ body }: DueWebhook): Promise<boolean> {
    const signature = signWebhook(this.options.webhookSecret, body, this.clock.now());
    try {
      const answer = await fetch(new URL('/payments/webhooks/fake', this.#receiver()), {
        method: 'POST',
        headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature },
        body,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }

  #receiver(): string {
    if (this.options.webhookReceiver !== undefined) return this.options.webhookReceiver;
    const address = this.host.httpAdapter.getInstance().server.address();
    if (address === null || typeof address === 'string') throw new Error('the service listens nowhere yet');
    return `http://127.0.0.1:${address.port}`;
  }

  async #forget({ id }: DueWebhook): Promise<void> {
    await this.database.query({ text: 'DELETE FROM fake_provider_webhooks WHERE id = $1', values: [id] });
  }

  async #postpone({ id, attempts }: DueWebhook): Promise<void> {
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** attempts, LONGEST_PAUSE_MS) / this.options.timeScale;
    await this.database.query({
      text: 'UPDATE fake_provider_webhooks SET attempts = attempts + 1, due_at = $2 WHERE id = $1',
      values: [id, new Date(this.clock.now().getTime() + Math.max(pause, LOOK_EVERY_MS))],
    });
  }
}
