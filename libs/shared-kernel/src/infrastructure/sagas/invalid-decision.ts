/** A transition answered what cannot be carried out: a defect of the saga, so its event or timer is parked. */
export class InvalidDecision extends Error {
  readonly code = 'INVALID_DECISION';

  constructor(
    readonly saga: string,
    readonly reason: string,
  ) {
    super(`${saga}: ${reason}; correct the saga, deploy it, then redrive`);
    this.name = 'InvalidDecision';
  }
}
