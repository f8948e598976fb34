import { ListCursor } from '@edtech/shared-kernel';
import { NotFound } from '@edtech/shared-kernel/domain';
import { UserRepository, type UserPage, type UserQuery } from '../application/interfaces/repository.interface.ts';
import { User } from '../domain/entities/user.entity.ts';
import { EmailTaken } from '../domain/errors/user.errors.ts';
import { UserErasedEvent } from '../domain/events/user-erased.event.ts';
import { UserSettingsChangedEvent } from '../domain/events/user-settings-changed.event.ts';
import { normalizedEmail } from '../domain/value-objects/email-address.vo.ts';
import type { UserSettings } from '../domain/value-objects/user-settings.vo.ts';
import type { UserRow, UserTables } from './user-tables.ts';

const cursors = new ListCursor('a key that is no secret');

/** Twin of the repository over Postgres: the same locks, the same unique address, settings in a table of their own. */
export class MemoryUserRepository extends UserRepository {
  constructor(private readonly tables: UserTables) {
    super();
  }

  async get(id: string): Promise<User> {
    const user = await this.find(id);
    if (user === undefined) throw new NotFound('User', id);
    return user;
  }

  async find(id: string): Promise<User | undefined> {
    const row = await this.tables.users.get(id);
    return row && User.rehydrate(this.tables.stateOf(row.state), row.position);
  }

  async save(user: User): Promise<void> {
    const { database, users, emails, settings } = this.tables;
    const events = [...user.getUncommittedEvents()];
    const { settings: chosen, ...state } = user.state;
    await database.run(async () => {
      const before = users.seen(state.id)?.state;
      const row: UserRow = { user: state, seq: before?.seq ?? this.tables.nextSeq() };
      await database.save(user, User.AGGREGATE_TYPE, users, row, async () => this.#claimAddress(before, row));
      if (events.some((event) => event instanceof UserErasedEvent)) {
        await settings.delete(state.id);
        if (before !== undefined) await emails.delete(normalizedEmail(before.user.email));
      } else if (events.some((event) => event instanceof UserSettingsChangedEvent)) await settings.put(state.id, chosen);
    });
  }

  async list({ limit, cursor, offset = 0, role, status, q }: UserQuery): Promise<UserPage> {
    const filters = [role ?? null, status ?? null, q ?? null];
    const before = cursor === undefined ? Infinity : Number(cursors.read(cursor, filters));
    const rows = await this.tables.users.rows();
    const fitting = rows
      .filter(
        ({ state: { user } }) => (role ?? user.role) === user.role && (status ?? user.status) === user.status && named(user, q),
      )
      .toSorted((a, b) => b.state.seq - a.state.seq);
    const page = fitting.filter(({ state }) => state.seq < before).slice(offset, offset + limit + 1);
    const last = page[limit - 1];
    return {
      users: page.slice(0, limit).map(({ state, position }) => User.rehydrate(this.tables.stateOf(state), position)),
      total: fitting.length,
      next: page.length > limit && last !== undefined ? cursors.write(String(last.state.seq), filters) : null,
    };
  }

  async otherSuperadmins(id: string): Promise<number> {
    const { users } = this.tables;
    let others = 0;
    for (const { state } of (await users.rows()).toSorted((a, b) => (a.state.user.id < b.state.user.id ? -1 : 1))) {
      if (!isSuperadmin(state)) continue;
      const held = await users.hold(state.user.id);
      if (held !== undefined && isSuperadmin(held.state) && held.state.user.id !== id) others++;
    }
    return others;
  }

  async hasSuperadmin(): Promise<boolean> {
    const rows = await this.tables.users.rows();
    return rows.some(({ state: { user } }) => user.role === 'superadmin' && user.status !== 'erased');
  }

  async addDefaultSettings(userId: string, settings: UserSettings): Promise<void> {
    const row = await this.tables.users.hold(userId);
    if (row !== undefined && row.state.user.status !== 'erased') await this.tables.settings.insert(userId, settings);
  }

  async #claimAddress(before: UserRow | undefined, { user }: UserRow): Promise<void> {
    if (before !== undefined || user.status === 'erased') return;
    const address = normalizedEmail(user.email);
    if ((await this.tables.emails.lock(address)) !== undefined) throw new EmailTaken();
    this.tables.emails.set(address, { userId: user.id });
  }
}

function isSuperadmin({ user }: UserRow): boolean {
  return user.role === 'superadmin' && user.status === 'active';
}

function named({ firstName, lastName, email }: UserRow['user'], q = ''): boolean {
  return [firstName, lastName, email].some((text) => text.toLowerCase().includes(q.toLowerCase()));
}
