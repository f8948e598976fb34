import { AccountRepository } from '../application/interfaces/repository.interface.ts';
import { Account } from '../domain/entities/account.entity.ts';
import { EmailTaken } from '../domain/errors/identity.errors.ts';
import { IdentitySessionsRevokedEvent } from '../domain/events/identity-sessions-revoked.event.ts';
import { normalizedEmail } from '../domain/value-objects/email-address.vo.ts';
import type { IdentityTables } from './identity-tables.ts';

/** Twin of the repository over Postgres: the same locks, the same unique address. */
export class MemoryAccountRepository extends AccountRepository {
  constructor(private readonly tables: IdentityTables) {
    super();
  }

  async find(userId: string): Promise<Account | undefined> {
    const row = await this.tables.accounts.get(userId);
    return row && Account.rehydrate(row.state, row.position);
  }

  async findByEmail(email: string): Promise<Account | undefined> {
    const owner = await this.tables.emails.get(normalizedEmail(email));
    return owner && this.find(owner.userId);
  }

  async hold(userId: string): Promise<Account | undefined> {
    const row = await this.tables.accounts.hold(userId);
    return row && Account.rehydrate(row.state, row.position);
  }

  async save(account: Account): Promise<void> {
    const { database, accounts, emails } = this.tables;
    const { state } = account;
    await database.run(async () => {
      const before = accounts.seen(state.id)?.state;
      await database.save(account, Account.AGGREGATE_TYPE, accounts, state, async () => {
        if (before !== undefined) return;
        const address = normalizedEmail(state.email);
        if ((await emails.lock(address)) !== undefined) throw new EmailTaken();
        emails.set(address, { userId: state.id });
      });
      if (before !== undefined && before.status !== 'cancelled' && state.status === 'cancelled')
        await emails.delete(normalizedEmail(before.email));
    });
  }

  async erase(userId: string): Promise<void> {
    const { accounts, emails } = this.tables;
    const row = await accounts.hold(userId);
    if (row === undefined) return;
    await accounts.delete(userId);
    if (row.state.status !== 'cancelled') await emails.delete(normalizedEmail(row.state.email));
  }

  async sessionsRevokedAt(userId: string): Promise<Date | undefined> {
    const history = await this.tables.database.history(Account.AGGREGATE_TYPE, userId);
    const newest = history.find(({ eventName }) => eventName === IdentitySessionsRevokedEvent.EVENT_NAME);
    return newest && new Date(newest.occurredAt);
  }
}
