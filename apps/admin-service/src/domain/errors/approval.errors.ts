import { DomainError } from '@edtech/shared-kernel/domain';

export class SamePerson extends DomainError {
  readonly code = 'SAME_PERSON';

  constructor(readonly approvalId: string) {
    super(`approval ${approvalId} needs a second person: who asked for it cannot decide it`);
  }
}

export class DutyMissing extends DomainError {
  readonly code = 'FORBIDDEN';

  constructor(
    readonly approvalId: string,
    readonly duties: readonly string[],
  ) {
    super(`approval ${approvalId} is decided by administrators with the duty ${duties.join(' or ')}`);
  }
}

export class AmountNotDecidable extends DomainError {
  readonly code = 'AMOUNT_NOT_DECIDABLE';

  constructor(
    readonly approvalId: string,
    readonly kind: string,
  ) {
    super(`approval ${approvalId} is a ${kind}: it is approved as it stands or rejected; only an approved issue takes an amount`);
  }
}
