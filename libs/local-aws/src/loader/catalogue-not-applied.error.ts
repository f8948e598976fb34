export class CatalogueNotApplied extends Error {
  readonly code = 'CATALOGUE_NOT_APPLIED';

  constructor(
    /** What was being made, such as "rule user-created-to-tutor-service". */
    readonly step: string,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(`The catalogue stopped at ${step}: ${reason}. What came before it is applied; applying again is safe.`, { cause });
  }
}
