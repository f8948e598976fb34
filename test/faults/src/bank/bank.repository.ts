import { AggregateTable, NotFound, positionOf, streamColumns, UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { eq, inArray, sql } from 'drizzle-orm';
import { boolean, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { Account } from './account.entity.ts';
import { Transfer } from './transfer.entity.ts';

const accounts = pgTable('accounts', {
  id: text('id').primaryKey(),
  balance: integer('balance').notNull(),
  debits: text('debits').array().notNull(),
  ...streamColumns,
});
const transfers = pgTable('transfers', {
  id: text('id').primaryKey(),
  from: text('from_account').notNull(),
  to: text('to_account').notNull(),
  amount: integer('amount').notNull(),
  refuse: boolean('refuse').notNull(),
  note: text('note').notNull(),
  status: text('status', { enum: ['requested', 'settled', 'reversed'] }).notNull(),
  ...streamColumns,
});
const accountTable = new AggregateTable(accounts);
const transferTable = new AggregateTable(transfers);

@Injectable()
export class BankRepository {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Throws NotFound. */
  async account(id: string): Promise<Account> {
    const account = await this.findAccount(id);
    if (account === undefined) throw new NotFound('Account', id);
    return account;
  }

  async findAccount(id: string): Promise<Account | undefined> {
    const db = await this.unitOfWork.reading();
    const [row] = await db.select().from(accounts).where(eq(accounts.id, id));
    return row === undefined ? undefined : Account.rehydrate(row, positionOf(row));
  }

  /** Throws ConcurrencyConflict. */
  async saveAccount(account: Account): Promise<void> {
    const { id, balance, debits } = account.state;
    await this.unitOfWork.save(account, Account.AGGREGATE_TYPE, accountTable, { id, balance, debits: [...debits] });
  }

  /** Throws NotFound. */
  async transfer(id: string): Promise<Transfer> {
    const db = await this.unitOfWork.reading();
    const [row] = await db.select().from(transfers).where(eq(transfers.id, id));
    if (row === undefined) throw new NotFound('Transfer', id);
    return Transfer.rehydrate({ ...row, transferId: row.id }, positionOf(row));
  }

  /** Throws ConcurrencyConflict. */
  async saveTransfer(transfer: Transfer): Promise<void> {
    const { transferId: id, ...state } = transfer.state;
    await this.unitOfWork.save(transfer, Transfer.AGGREGATE_TYPE, transferTable, { id, ...state });
  }

  /** Of these accounts, as far as they exist, in one snapshot. */
  async debits(ids: readonly string[]): Promise<{ id: string; debits: string[] }[]> {
    const db = await this.unitOfWork.reading();
    return db.select({ id: accounts.id, debits: accounts.debits }).from(accounts).where(inArray(accounts.id, ids));
  }

  /** All balances whose id begins so, in one snapshot. */
  async balances(prefix: string): Promise<{ id: string; balance: number }[]> {
    const db = await this.unitOfWork.reading();
    return db
      .select({ id: accounts.id, balance: accounts.balance })
      .from(accounts)
      .where(sql`${accounts.id} LIKE ${`${prefix}%`}`);
  }
}
