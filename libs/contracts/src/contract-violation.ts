type ContractViolationCode = 'CONTRACT_VIOLATION' | 'UNKNOWN_SCHEMA_VERSION' | 'UNKNOWN_EVENT';

interface ContractIssue {
  readonly path: string;
  readonly message: string;
}

/** A message that does not keep its contract. Repeating it cannot help. Neither the text nor the issues hold a value of the payload. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';

  constructor(
    readonly code: ContractViolationCode,
    readonly eventName: string,
    readonly issues: readonly ContractIssue[],
  ) {
    super(
      `${eventName} breaks its contract: ${issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')}`,
    );
  }
}
