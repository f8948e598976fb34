/**
 * A business rule refused the request: permanent, so it is never retried. One subclass per reason a caller can act on, with a stable
 * `code`; the facts are fields. It carries no HTTP and no personal data in its text.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The object does not exist for this caller. A foreign object is reported like an absent one. */
export class NotFound extends DomainError {
  readonly code = 'NOT_FOUND';

  constructor(
    readonly kind: string,
    readonly id: string,
  ) {
    super(`${kind} ${id} does not exist`);
  }
}

/** The stream moved on: somebody else appended after this writer had read it. Reload and decide again. */
export class ConcurrencyConflict extends DomainError {
  readonly code = 'CONCURRENCY_CONFLICT';

  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
    options?: ErrorOptions,
  ) {
    super(`${stream} is at version ${actual}, expected ${expected}; reload and try again`, options);
  }
}

/** The caller sent If-Match and the object has another version. */
export class PreconditionFailed extends DomainError {
  readonly code = 'PRECONDITION_FAILED';

  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`${stream} is at version ${actual}, If-Match asked for ${expected}; read it again and repeat the change`);
  }
}

/** A place in another list than the one that is asked for, or in none. */
export class InvalidCursor extends DomainError {
  readonly code = 'INVALID_CURSOR';

  constructor() {
    super('the cursor does not belong to this list; start again without one');
  }
}
