import { AggregateTable, UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import { AccountRepository } from '../../application/interfaces/repository.interface.ts';
import { Account } from '../../domain/entities/account.entity.ts';
import { EmailTaken } from '../../domain/errors/identity.errors.ts';
import { IdentitySessionsRevokedEvent } from '../../domain/events/identity-sessions-revoked.event.ts';
import { normalizedEmail } from '../../domain/value-objects/email-address.vo.ts';
import { accounts } from '../database/schema.ts';
import { toAccount, toRow } from './account.row.ts';

const table = new AggregateTable(accounts);

@Injectable()
export class DrizzleAccountRepository extends AccountRepository {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async find(userId: string): Promise<Account | undefined> {
    const db = await this.unitOfWork.reading();
    const [row] = await db.select().from(accounts).where(eq(accounts.id, userId));
    return row && toAccount(row);
  }

  async findByEmail(email: string): Promise<Account | undefined> {
    const db = await this.unitOfWork.reading();
    const [row] = await db
      .select()
      .from(accounts)
      .where(eq(accounts.emailNormalized, normalizedEmail(email)));
    return row && toAccount(row);
  }

  async hold(userId: string): Promise<Account | undefined> {
    const db = await this.unitOfWork.transaction();
    const [row] = await db.select().from(accounts).where(eq(accounts.id, userId)).for('no key update');
    return row && toAccount(row);
  }

  async save(account: Account): Promise<void> {
    await this.unitOfWork.save(account, Account.AGGREGATE_TYPE, table, toRow(account.state), async () => new EmailTaken());
  }

  async erase(userId: string): Promise<void> {
    const db = await this.unitOfWork.transaction();
    await db.delete(accounts).where(eq(accounts.id, userId));
  }

  async sessionsRevokedAt(userId: string): Promise<Date | undefined> {
    const db = await this.unitOfWork.reading();
    const { rows } = await db.execute<{ occurred_at: string | null }>(
      sql`SELECT max(occurred_at) AS occurred_at FROM domain_events WHERE aggregate_type = ${Account.AGGREGATE_TYPE}
          AND aggregate_id = ${userId} AND event_name = ${IdentitySessionsRevokedEvent.EVENT_NAME}`,
    );
    const at = rows[0]?.occurred_at ?? null;
    return at === null ? undefined : new Date(at);
  }
}
