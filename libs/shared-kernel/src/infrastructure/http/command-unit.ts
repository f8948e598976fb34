import type { CommandAnswer } from '../../application/idempotency-store.ts';

/** What the edge needs of a unit of work. `UnitOfWork` is one; so is `InMemoryCommandUnit`. */
export abstract class CommandUnit {
  /** Runs `work`; its effects and the answer commit together or not at all. Throws IdempotencyKeyTaken if the key has an answer by then. */
  abstract run<T>(work: () => Promise<T>): Promise<T>;
  /** To be called inside `run`. */
  abstract respond(answer: CommandAnswer): void;
}
