import { z } from 'zod';
import { messageContextOrNone } from '../../application/message-context.ts';
import { RequestRefused } from './edge.errors.ts';
import type { ServiceTokens } from './service-tokens.ts';

export interface ServiceClientOptions {
  /** The service that is called. */
  readonly service: string;
  readonly baseUrl: string;
  readonly tokens: Pick<ServiceTokens, 'mint'>;
  /** Default: two seconds, the answer's body included. */
  readonly timeoutMs?: number;
}

const problem = z.object({ code: z.string(), detail: z.string() });
const NOT_NOW = 429;

/**
 * Calls the `internal` routes of one other service, in the name of this one and with the ids of what is being handled. Nothing is repeated here. Throws
 * ServiceUnavailable when there is no answer or one of an outage, ServiceRefused when the service says no, UnreadableAnswer.
 */
export class ServiceClient {
  constructor(private readonly options: ServiceClientOptions) {}

  get<T>(path: string, answer: z.ZodType<T>): Promise<T> {
    return this.#call('GET', path, undefined, answer);
  }

  post<T>(path: string, body: object, answer: z.ZodType<T>): Promise<T> {
    return this.#call('POST', path, JSON.stringify(body), answer);
  }

  async #call<T>(method: string, path: string, body: string | undefined, answer: z.ZodType<T>): Promise<T> {
    const { service } = this.options;
    const { status, text } = await this.#send(method, path, body);
    if (status >= 500 || status === NOT_NOW) throw new ServiceUnavailable(service);
    const json = parsed(text);
    if (status >= 400) {
      const { code, detail } = problem.safeParse(json).data ?? { code: 'UNKNOWN', detail: 'it gave no reason' };
      throw new ServiceRefused(service, status, code, detail);
    }
    const read = answer.safeParse(json);
    if (!read.success) throw new UnreadableAnswer(service, { cause: read.error });
    return read.data;
  }

  async #send(method: string, path: string, body: string | undefined): Promise<{ status: number; text: string }> {
    const { service, baseUrl, tokens, timeoutMs = 2_000 } = this.options;
    const context = messageContextOrNone();
    const headers = {
      authorization: `Bearer ${await tokens.mint(service, context?.actor)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(context === undefined ? {} : { 'x-correlation-id': context.correlationId }),
      ...(context?.traceparent === undefined ? {} : { traceparent: context.traceparent }),
    };
    try {
      const response = await fetch(new URL(path, baseUrl), {
        method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body }),
      });
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      throw new ServiceUnavailable(service, { cause });
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Another service is needed and does not answer. */
export class ServiceUnavailable extends RequestRefused {
  readonly code = 'UNAVAILABLE';
  readonly status = 503;
  override readonly retryAfterSeconds = 2;

  constructor(
    readonly service: string,
    options?: ErrorOptions,
  ) {
    super(`${service} does not answer, and its answer is needed; repeat the request`, options);
  }
}

/** Another service answered 4xx; `code` is what its problem says. */
export class ServiceRefused extends Error {
  constructor(
    readonly service: string,
    readonly status: number,
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${service} answered ${status} ${code}: ${detail}`);
    this.name = 'ServiceRefused';
  }
}

/** Another service answered something that is not what its callers know. */
export class UnreadableAnswer extends Error {
  readonly code = 'UNREADABLE_ANSWER';

  constructor(
    readonly service: string,
    options?: ErrorOptions,
  ) {
    super(`${service} gave an answer that its callers do not know; compare the versions of both services`, options);
    this.name = 'UnreadableAnswer';
  }
}
