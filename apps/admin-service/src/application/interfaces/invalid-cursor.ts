import { DomainError } from '@edtech/shared-kernel/domain';

export class InvalidCursor extends DomainError {
  readonly code = 'INVALID_CURSOR';

  constructor() {
    super('the cursor does not belong to this list; start again without one');
  }
}
