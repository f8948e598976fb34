/** Names one wrong field of a request. `path` is dotted; the value is never repeated. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** The edge refuses a request without asking a use case, or instead of its answer. */
export abstract class RequestRefused extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  /** When the same request may succeed. */
  readonly retryAfterSeconds?: number;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

export class ValidationFailed extends RequestRefused {
  readonly code = 'VALIDATION_FAILED';
  readonly status = 400;

  constructor(readonly errors: readonly FieldError[]) {
    super('the request does not fit its schema; correct the fields listed in errors');
  }
}

export class Unauthenticated extends RequestRefused {
  readonly code = 'UNAUTHENTICATED';
  readonly status = 401;

  constructor(options?: ErrorOptions) {
    super('a valid access token is needed; sign in and send it as a bearer token', options);
  }
}

export class Forbidden extends RequestRefused {
  readonly code = 'FORBIDDEN';
  readonly status = 403;

  constructor() {
    super('the role or duties of the token do not allow this operation');
  }
}

/** The route does not exist for this caller. */
export class RouteNotFound extends RequestRefused {
  readonly code = 'NOT_FOUND';
  readonly status = 404;

  constructor() {
    super('there is nothing at this address; check path and method');
  }
}

export class IdempotencyKeyReused extends RequestRefused {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  readonly status = 422;

  constructor() {
    super('this Idempotency-Key was used for another request; choose a new key for a new request');
  }
}

export class RequestInFlight extends RequestRefused {
  readonly code = 'REQUEST_IN_FLIGHT';
  readonly status = 409;
  override readonly retryAfterSeconds = 1;

  constructor() {
    super('a request with this Idempotency-Key is still being handled; repeat it after a second');
  }
}

/** The keys that tokens are checked with cannot be fetched: nobody can be recognised at the moment. */
export class KeysUnavailable extends RequestRefused {
  readonly code = 'UNAVAILABLE';
  readonly status = 503;
  override readonly retryAfterSeconds = 2;

  constructor(options?: ErrorOptions) {
    super('tokens cannot be checked at the moment; repeat the request', options);
  }
}

export class TooManyRequests extends RequestRefused {
  readonly code = 'TOO_MANY_REQUESTS';
  readonly status = 429;

  constructor(override readonly retryAfterSeconds: number) {
    super('too many requests; wait as long as Retry-After says');
  }
}
