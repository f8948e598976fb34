import { DomainError } from '@edtech/shared-kernel/domain';

/** Searching by name or address would tell what the views of this viewer leave out. */
export class SearchNotAllowed extends DomainError {
  readonly code = 'FORBIDDEN';

  constructor() {
    super('searching by name or address needs the duty support or compliance; filter by role and status instead');
  }
}
