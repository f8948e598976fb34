import type { MemoryDatabase, MemoryTable, StoredAggregate } from '@edtech/shared-kernel/testing';
import type { MailPurpose } from '../application/interfaces/mail-tokens.ts';
import type { AccountState } from '../domain/entities/account.state.ts';
import type { SessionState } from '../domain/entities/session.entity.ts';
import type { Lockout } from '../domain/value-objects/lockout.vo.ts';
import type { Person, UserCard } from '../domain/value-objects/user-card.vo.ts';

/** One row of `user_cards`: each group of fields has the version it was taken from. */
export interface CardRow extends Omit<UserCard, 'person'> {
  readonly person: Person | undefined;
  readonly personVersion: number;
  readonly roleVersion: number;
  readonly standingVersion: number;
  readonly dutiesVersion: number;
  readonly tutorVersion: number;
}

/** The secrets of one user for one purpose; they never grow old here. */
export interface MailTokenRow {
  readonly hashes: readonly string[];
  readonly userId: string;
  readonly purpose: MailPurpose;
}

/** The rows of identity-service in memory: one table for each of its migrations' tables, and one for the unique addresses. */
export class IdentityTables {
  readonly accounts: MemoryTable<StoredAggregate<AccountState>>;
  readonly emails: MemoryTable<{ readonly userId: string }>;
  readonly credentials: MemoryTable<{ readonly password: string }>;
  readonly guardians: MemoryTable<{ readonly email: string }>;
  readonly mailTokens: MemoryTable<MailTokenRow>;
  readonly sessions: MemoryTable<{ readonly session: SessionState; readonly rotated: readonly string[] }>;
  readonly strangers: MemoryTable<Lockout>;
  readonly cards: MemoryTable<CardRow>;
  readonly erasures: MemoryTable<StoredAggregate<{ readonly id: string }>>;

  constructor(readonly database: MemoryDatabase) {
    this.accounts = database.table('accounts');
    this.emails = database.table('account-emails');
    this.credentials = database.table('credentials');
    this.guardians = database.table('guardians');
    this.mailTokens = database.table('mail-tokens');
    this.sessions = database.table('sessions');
    this.strangers = database.table('strangers');
    this.cards = database.table('identity-user-cards');
    this.erasures = database.table('identity-erasures');
  }
}
