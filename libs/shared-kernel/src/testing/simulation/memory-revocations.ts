import { Revocations } from '../../infrastructure/http/revoked-tokens.consumer.ts';
import type { MemoryDatabase } from './memory-database.ts';
import type { MemoryTable } from './memory-table.ts';

/** Twin of the revocations over Postgres. */
export class MemoryRevocations extends Revocations {
  readonly #users: MemoryTable<{ readonly notBefore: string }>;

  constructor(database: MemoryDatabase) {
    super();
    this.#users = database.table('revoked-tokens');
  }

  async remember(userId: string, notBefore: string): Promise<void> {
    await this.#users.update(userId, (known) => (known !== undefined && known.notBefore > notBefore ? known : { notBefore }));
  }
}
