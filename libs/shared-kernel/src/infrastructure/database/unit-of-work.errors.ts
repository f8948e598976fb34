/** Something that must commit with others was called outside of `UnitOfWork.run`. */
export class NoUnitOfWork extends Error {
  readonly code = 'NO_UNIT_OF_WORK';

  constructor() {
    super('no unit of work is running: call this inside UnitOfWork.run');
    this.name = 'NoUnitOfWork';
  }
}

/** A statement failed, the work went on as if it had not, and Postgres answered the COMMIT with a rollback. */
export class TransactionAborted extends Error {
  readonly code = 'TRANSACTION_ABORTED';

  constructor() {
    super('a statement failed in this transaction and its error was swallowed: nothing was written; let the error through');
    this.name = 'TransactionAborted';
  }
}

/** The aggregate holds changes whose events were rolled back: saving it again would store the changes without the events. */
export class SaveUndone extends Error {
  readonly code = 'SAVE_UNDONE';

  constructor(readonly stream: string) {
    super(`the last save of ${stream} was rolled back: load it again and decide again`);
    this.name = 'SaveUndone';
  }
}

/** Another command with the same key committed first: its stored answer is the answer of this one too. */
export class IdempotencyKeyTaken extends Error {
  readonly code = 'IDEMPOTENCY_KEY_TAKEN';

  constructor() {
    super('a command with the same Idempotency-Key committed first');
    this.name = 'IdempotencyKeyTaken';
  }
}

/** A unique constraint refused an insert and the repository did not say which rule that is. */
export class DuplicateRow extends Error {
  readonly code = 'DUPLICATE_ROW';

  constructor(readonly table: string) {
    super(`${table} already holds a row with one of these unique values; give save() the rule it breaks`);
    this.name = 'DuplicateRow';
  }
}
