import { AsyncLocalStorage } from 'node:async_hooks';
import { IdempotencyStore, type CommandAnswer, type StoredAnswer } from '../../application/idempotency-store.ts';
import { IdempotencyKeyTaken, NoUnitOfWork } from '../database/unit-of-work.errors.ts';
import type { CommandUnit } from './command-unit.ts';

/** Answers in memory, for tests and measurements without a database. There are no other effects to undo. */
export class InMemoryCommandUnit extends IdempotencyStore implements CommandUnit {
  readonly #answers = new Map<string, StoredAnswer>();
  readonly #running = new AsyncLocalStorage<{ answer: CommandAnswer | undefined }>();

  async find(principal: string, key: string): Promise<StoredAnswer | undefined> {
    return this.#answers.get(nameOf(principal, key));
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const unit: { answer: CommandAnswer | undefined } = { answer: undefined };
    const result = await this.#running.run(unit, work);
    if (unit.answer !== undefined) this.#store(unit.answer);
    return result;
  }

  respond(answer: CommandAnswer): void {
    const unit = this.#running.getStore();
    if (unit === undefined) throw new NoUnitOfWork();
    unit.answer = answer;
  }

  #store(answer: CommandAnswer): void {
    const name = nameOf(answer.principal, answer.key);
    if (this.#answers.has(name)) throw new IdempotencyKeyTaken();
    this.#answers.set(name, answer);
  }
}

function nameOf(principal: string, key: string): string {
  return `${key} ${principal}`;
}
