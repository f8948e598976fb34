import { Unavailable } from '@edtech/shared-kernel/application';
import { DomainError } from '@edtech/shared-kernel/domain';

/** Nothing was done; the same request may be sent again. */
export class ProviderUnavailable extends Unavailable {
  readonly code = 'PROVIDER_UNAVAILABLE';

  constructor(operation: string, options?: ErrorOptions) {
    super(`the payment provider did not take the ${operation}; nothing was done, it is tried again`, options);
    this.name = 'ProviderUnavailable';
  }
}

/** The reply was lost: the operation may have been carried out. */
export class OutcomeUnknown extends Unavailable {
  readonly code = 'OUTCOME_UNKNOWN';

  constructor(
    readonly idempotencyKey: string,
    options?: ErrorOptions,
  ) {
    super(`the reply of the payment provider to ${idempotencyKey} was lost; ask what became of it before anything else`, options);
    this.name = 'OutcomeUnknown';
  }
}

export class BadSignature extends DomainError {
  readonly code = 'BAD_SIGNATURE';

  constructor() {
    super('this webhook was not signed by the provider within the last five minutes; check the secret and the clocks');
  }
}

export class MalformedWebhook extends DomainError {
  readonly code = 'MALFORMED_WEBHOOK';

  constructor(readonly reason: string) {
    super(`this webhook is signed but says nothing known: ${reason}`);
  }
}
