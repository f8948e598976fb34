import type { MemoryDatabase, MemoryTable, StoredAggregate } from '@edtech/shared-kernel/testing';
import type { UserState } from '../domain/entities/user-state.ts';
import type { Evidence } from '../domain/value-objects/registration-evidence.vo.ts';
import { defaultSettings, type UserSettings } from '../domain/value-objects/user-settings.vo.ts';

export interface UserRow {
  /** Without the settings, which have a table of their own. */
  readonly user: Omit<UserState, 'settings'>;
  /** The order in which users appeared. */
  readonly seq: number;
}

/** The rows of user-service in memory: one table for each of its migrations' tables, and one for the unique addresses. */
export class UserTables {
  readonly users: MemoryTable<StoredAggregate<UserRow>>;
  readonly emails: MemoryTable<{ readonly userId: string }>;
  readonly settings: MemoryTable<UserSettings>;
  readonly registrations: MemoryTable<{ readonly evidence: readonly Evidence[] }>;
  readonly refused: MemoryTable<StoredAggregate<{ readonly reason: string }>>;
  readonly analytics: MemoryTable<{ readonly role: string; readonly registrations: number }>;
  readonly noShows: MemoryTable<{ readonly count: number }>;
  #seq = 0;

  constructor(readonly database: MemoryDatabase) {
    this.users = database.table('users');
    this.emails = database.table('user-emails');
    this.settings = database.table('user-settings');
    this.registrations = database.table('registrations');
    this.refused = database.table('refused-registrations');
    this.analytics = database.table('user-analytics');
    this.noShows = database.table('no-shows');
  }

  nextSeq(): number {
    return ++this.#seq;
  }

  /** The state as the repository reads it. */
  stateOf({ user }: UserRow): UserState {
    return { ...user, settings: this.settings.seen(user.id) ?? defaultSettings(user.locale) };
  }
}
