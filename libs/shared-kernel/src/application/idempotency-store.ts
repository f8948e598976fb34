/** The answer of a command that took effect. */
export interface StoredAnswer {
  readonly bodyHash: string;
  readonly status: number;
  /** JSON text; empty for an answer without a body. */
  readonly response: string;
}

/** A stored answer under the key its caller chose. Keys of different principals never meet. */
export interface CommandAnswer extends StoredAnswer {
  readonly principal: string;
  readonly key: string;
}

/** Answers by principal and Idempotency-Key. They are written through `CommandUnit.respond`, with the effects they report. */
export abstract class IdempotencyStore {
  abstract find(principal: string, key: string): Promise<StoredAnswer | undefined>;
}
