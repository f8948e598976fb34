import { DomainError } from '@edtech/shared-kernel/domain';

export class InvalidAmount extends DomainError {
  readonly code = 'INVALID_AMOUNT';

  constructor(
    readonly amount: number,
    readonly allowed: string,
  ) {
    super(`${amount} is no amount here; send ${allowed}`);
  }
}
