export interface Answer {
  readonly status: number;
  readonly code: string;
  readonly body: unknown;
  /** How often it was asked; more than once, an earlier one may have taken effect. */
  readonly attempts: number;
}

export interface ClientErrors {
  /** Answers that a client must never see: anything above 499 that does not say when to come again. */
  readonly dirty: string[];
  /** 503 with Retry-After, or 409 for a request that is still under way. */
  unavailable: number;
  /** Connections that broke, were refused, or stayed silent. */
  broken: number;
}

export interface ClientRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  /** Nobody is signed in without it; a function is asked for the one to send to an address. */
  readonly token?: string | ((url: string) => Promise<string>) | undefined;
  /** A form is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  readonly key?: string;
}

const GIVE_UP_MS = 20_000;
const CALL_MS = 8_000;
const PAUSE_MS = 15;
const MOST_PAUSE_MS = 250;

/**
 * A client that behaves: it repeats a request whose outcome it does not know, with the same Idempotency-Key and at another replica, until it
 * gets an answer or gives up.
 */
export class HttpClient {
  #turn = 0;

  constructor(
    private readonly urls: readonly string[],
    private readonly errors: ClientErrors,
  ) {}

  /** Undefined: given up, the outcome is unknown. */
  async send(request: ClientRequest, stopped: AbortSignal): Promise<Answer | undefined> {
    for (let [until, attempts] = [performance.now() + GIVE_UP_MS, 1]; performance.now() < until && !stopped.aborted; attempts++) {
      const answer = await this.#once(request);
      if (answer !== undefined) return { ...answer, attempts };
      await new Promise((resolve) => setTimeout(resolve, Math.min(MOST_PAUSE_MS, PAUSE_MS * 2 ** attempts)));
    }
    return undefined;
  }

  async #once({ method, path, token, body, key }: ClientRequest): Promise<Omit<Answer, 'attempts'> | undefined> {
    const isForm = body instanceof FormData;
    const url = this.urls[this.#turn++ % this.urls.length] ?? '';
    const bearer = typeof token === 'function' ? await token(url) : token;
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(CALL_MS),
      });
      const parsed: unknown = JSON.parse((await response.text()) || 'null');
      const code = typeof parsed === 'object' && parsed !== null && 'code' in parsed ? String(parsed.code) : '';
      if (response.status < 500 && code !== 'REQUEST_IN_FLIGHT') return { status: response.status, code, body: parsed };
      if (response.status < 500 || (response.status === 503 && response.headers.has('retry-after'))) this.errors.unavailable++;
      else this.errors.dirty.push(`${method} ${path}: ${response.status} ${code}`);
    } catch {
      this.errors.broken++;
    }
    return undefined;
  }
}
