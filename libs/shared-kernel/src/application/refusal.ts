import type { DomainError } from '../domain/domain.error.ts';

/**
 * A refusal whose traces count, such as a failed login: a use case that throws changes nothing, one that returns this is committed, and then
 * its caller gets `error`. The edge keeps no answer for it under an Idempotency-Key.
 */
export class Refusal {
  constructor(readonly error: DomainError) {}
}
