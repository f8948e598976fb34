/** Domain errors that every service may raise; refusals of the edge carry their own status. */
const KERNEL: Readonly<Record<string, number>> = {
  INVALID_CURSOR: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONCURRENCY_CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  RULE_VIOLATED: 422,
};

/** A broken rule whose code nobody mapped. */
const UNMAPPED = 422;

/** The one HTTP status of each domain error code. A service adds its own: `new ProblemCodes({ EMAIL_TAKEN: 409 })`. */
export class ProblemCodes {
  readonly #statuses: ReadonlyMap<string, number>;

  /** Throws InvalidProblemCode for a status outside of 4xx: a broken rule is never our failure. */
  constructor(own: Readonly<Record<string, number>> = {}) {
    for (const [code, status] of Object.entries(own)) {
      if (!Number.isInteger(status) || status < 400 || status > 499) throw new InvalidProblemCode(code, status);
    }
    this.#statuses = new Map(Object.entries({ ...KERNEL, ...own }));
  }

  statusOf(code: string): number {
    return this.#statuses.get(code) ?? UNMAPPED;
  }
}

export class InvalidProblemCode extends Error {
  readonly code = 'INVALID_PROBLEM_CODE';

  constructor(
    readonly problemCode: string,
    readonly status: number,
  ) {
    super(`${problemCode} is mapped to ${status}; a domain error needs a status between 400 and 499`);
    this.name = 'InvalidProblemCode';
  }
}
