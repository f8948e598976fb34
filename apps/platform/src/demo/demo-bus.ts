import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventContract } from '@edtech/contracts';
import { at, textAt, type Json } from './api.ts';

const BUS = 'edtech-event-bus';
const MOST_ATTEMPTS = 50;

/** What ties an event to its stream and to its cause. */
export interface Recorded {
  readonly aggregateId: string;
  readonly streamVersion: number;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: { readonly id: string; readonly type: 'user' | 'system'; readonly role?: string };
}

/**
 * Tells the events of services that do not exist yet. The endpoint knows a caller by its access key, and takes from it only the events of the
 * service that the key names.
 */
export class DemoBus {
  constructor(private readonly url: string) {}

  /** Sends the event until the bus has taken it, under one id, and answers it as a log shows it. Throws when the bus refuses it for good. */
  async publish<P extends object>(contract: EventContract<P>, payload: P, recorded: Recorded): Promise<Json> {
    const { name, producer, aggregateType, schemaVersion } = contract;
    const now = new Date().toISOString();
    const detail = {
      eventId: randomUUID(),
      occurredAt: now,
      recordedAt: now,
      aggregateType,
      schemaVersion,
      userId: contract.about(payload) ?? recorded.aggregateId,
      ...recorded,
      payload: contract.parse(payload),
    };
    const entry = { EventBusName: BUS, Source: producer, DetailType: name, Detail: JSON.stringify(detail) };
    for (let attempt = 1; ; attempt++) {
      const refusal = await this.#put(producer, entry);
      if (refusal === undefined) break;
      if (attempt === MOST_ATTEMPTS || refusal.startsWith('NotAuthorized'))
        throw new Error(`the bus refuses ${name}: ${refusal}`);
      await delay(100);
    }
    const shown: Json = JSON.parse(JSON.stringify({ ...detail, eventName: name, service: producer }));
    return shown;
  }

  /** Why the bus did not take it, or whether it did is not known. */
  async #put(accessKey: string, entry: Json): Promise<string | undefined> {
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/us-east-1/events/aws4_request, SignedHeaders=host, Signature=local`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
    };
    try {
      const answer = await fetch(this.url, { method: 'POST', headers, body: JSON.stringify({ Entries: [entry] }) });
      const body: Json = JSON.parse(await answer.text());
      if (answer.ok && at(body, 'FailedEntryCount') === 0) return undefined;
      return textAt(body, 'Entries.0.ErrorCode') || textAt(body, '__type') || String(answer.status);
    } catch (error) {
      return String(error);
    }
  }
}
