import { DomainError } from '../../domain/domain.error.ts';

/** There is nothing left to cancel. */
export class SagaEnded extends DomainError {
  readonly code = 'SAGA_ENDED';

  constructor(
    readonly saga: string,
    readonly key: string,
    readonly status: string,
  ) {
    super(`${saga}/${key} is ${status} already`);
  }
}

/** A command of the saga is being carried out at this moment. */
export class StepUnderWay extends DomainError {
  readonly code = 'STEP_UNDER_WAY';

  constructor(
    readonly saga: string,
    readonly key: string,
  ) {
    super(`a command of ${saga}/${key} is being carried out; look at its outcome, then try again`);
  }
}
