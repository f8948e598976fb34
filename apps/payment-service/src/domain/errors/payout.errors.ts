import { DomainError } from '@edtech/shared-kernel/domain';

export class PayoutInvalidState extends DomainError {
  readonly code = 'INVALID_STATE';

  constructor(
    readonly payoutId: string,
    readonly status: string,
    readonly command: string,
    next: string,
  ) {
    super(`payout ${payoutId} is ${status}, which does not allow to ${command}; ${next}`);
  }
}

/** Four eyes: whoever stopped a payout does not let it go. */
export class PayoutSamePerson extends DomainError {
  readonly code = 'SAME_PERSON';

  constructor(readonly payoutId: string) {
    super(`payout ${payoutId} was stopped by the same person; another one has to release it`);
  }
}

export class UnknownTransfer extends DomainError {
  readonly code = 'UNKNOWN_TRANSFER';

  constructor(
    readonly payoutId: string,
    readonly providerRef: string,
  ) {
    super(`payout ${payoutId} has started no transfer ${providerRef}; compare with what the provider lists for it`);
  }
}
