import { DomainError } from '@edtech/shared-kernel/domain';

/** The payment, or the refund that is named, is not where the command takes it from. */
export class InvalidState extends DomainError {
  readonly code = 'INVALID_STATE';

  constructor(
    readonly paymentId: string,
    readonly status: string,
    readonly command: string,
    next: string,
  ) {
    super(`payment ${paymentId}: ${status} does not allow to ${command}; ${next}`);
  }
}

export class AttemptsExhausted extends DomainError {
  readonly code = 'ATTEMPTS_EXHAUSTED';

  constructor(
    readonly paymentId: string,
    readonly attempts: number,
  ) {
    super(`payment ${paymentId} failed ${attempts} times; book again to pay with another method`);
  }
}

export class UseRefund extends DomainError {
  readonly code = 'USE_REFUND';

  constructor(readonly paymentId: string) {
    super(`payment ${paymentId} is captured and cannot be cancelled; request a refund`);
  }
}

export class AmountExceedsRemaining extends DomainError {
  readonly code = 'AMOUNT_EXCEEDS_REMAINING';

  constructor(
    readonly paymentId: string,
    readonly amount: number,
    readonly remaining: number,
  ) {
    super(`payment ${paymentId} has ${remaining} left that is neither refunded nor about to be, not ${amount}; ask for less`);
  }
}

export class DisputeOpen extends DomainError {
  readonly code = 'DISPUTE_OPEN';

  constructor(
    readonly paymentId: string,
    readonly disputeId: string,
  ) {
    super(`payment ${paymentId} is disputed (${disputeId}); wait until the dispute is closed, a refund would pay twice`);
  }
}

export class UnknownRefund extends DomainError {
  readonly code = 'UNKNOWN_REFUND';

  constructor(
    readonly paymentId: string,
    readonly refundId: string,
  ) {
    super(`payment ${paymentId} has no refund ${refundId}; request it first`);
  }
}

/** Four eyes: whoever asked for the money does not decide about it. */
export class SamePerson extends DomainError {
  readonly code = 'SAME_PERSON';

  constructor(
    readonly paymentId: string,
    readonly refundId: string,
  ) {
    super(`refund ${refundId} of payment ${paymentId} was requested by the same person; another one has to decide`);
  }
}

export class ApprovalRequired extends DomainError {
  readonly code = 'APPROVAL_REQUIRED';

  constructor(
    readonly paymentId: string,
    readonly refundId: string,
  ) {
    super(`refund ${refundId} of payment ${paymentId} is not approved automatically; a second person has to decide`);
  }
}

export class AlreadyOpen extends DomainError {
  readonly code = 'ALREADY_OPEN';

  constructor(
    readonly paymentId: string,
    readonly disputeId: string,
  ) {
    super(`payment ${paymentId} has the open dispute ${disputeId}; close that one first`);
  }
}

export class NotOpen extends DomainError {
  readonly code = 'NOT_OPEN';

  constructor(
    readonly paymentId: string,
    readonly disputeId: string,
  ) {
    super(`payment ${paymentId} has no open dispute ${disputeId}; read the payment for its disputes and their outcome`);
  }
}

export class Frozen extends DomainError {
  readonly code = 'FROZEN';

  constructor(
    readonly paymentId: string,
    readonly by: string,
  ) {
    super(`the money of payment ${paymentId} is frozen by ${by}; release it when that is decided`);
  }
}

export class AlreadyAssigned extends DomainError {
  readonly code = 'ALREADY_ASSIGNED';

  constructor(
    readonly paymentId: string,
    readonly payoutId: string,
  ) {
    super(`payment ${paymentId} is part of payout ${payoutId}; leave it out of another one`);
  }
}

export class UnknownDeduction extends DomainError {
  readonly code = 'UNKNOWN_DEDUCTION';

  constructor(
    readonly paymentId: string,
    readonly reversalId: string,
  ) {
    super(`payment ${paymentId} has no reversal ${reversalId} that a payout has to deduct; read the payment for those it has`);
  }
}

export class AlreadyDeducted extends DomainError {
  readonly code = 'ALREADY_DEDUCTED';

  constructor(
    readonly paymentId: string,
    readonly reversalId: string,
    readonly payoutId: string,
  ) {
    super(`reversal ${reversalId} of payment ${paymentId} was deducted by payout ${payoutId}; leave it out of another one`);
  }
}
