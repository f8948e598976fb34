import { DomainError } from '@edtech/shared-kernel/domain';

export class AlreadyDecided extends DomainError {
  readonly code = 'ALREADY_DECIDED';

  constructor(
    readonly id: string,
    readonly status: string,
  ) {
    super(`${id} is ${status}; there is nothing left to decide`);
  }
}

export class DocumentsUndecided extends DomainError {
  readonly code = 'DOCUMENTS_UNDECIDED';

  constructor(
    readonly caseId: string,
    readonly undecided: readonly string[],
  ) {
    super(`case ${caseId} can be approved once every document is: ${undecided.join(', ')} are not`);
  }
}

export class UnknownDocument extends DomainError {
  readonly code = 'UNKNOWN_DOCUMENT';

  constructor(
    readonly caseId: string,
    readonly documentIds: readonly string[],
  ) {
    super(`case ${caseId} has no documents ${documentIds.join(', ')}; read it again`);
  }
}

export class OwnCase extends DomainError {
  readonly code = 'OWN_CASE';

  constructor(readonly caseId: string) {
    super(`case ${caseId} is about the administrator; somebody else has to look at it`);
  }
}

export class UnsuitableAssignee extends DomainError {
  readonly code = 'UNSUITABLE_ASSIGNEE';

  constructor(readonly assignee: string) {
    super(`${assignee} is no active administrator with the duty verification`);
  }
}
