import { Injectable } from '@nestjs/common';
import { AggregateTable, ListCursor, NotFound, UnitOfWork } from '@edtech/shared-kernel';
import { and, count, desc, eq, ilike, ne, or, sql, type SQL } from 'drizzle-orm';
import { UserRepository, type UserPage, type UserQuery } from '../../application/interfaces/repository.interface.ts';
import { User } from '../../domain/entities/user.entity.ts';
import { EmailTaken } from '../../domain/errors/user.errors.ts';
import { UserErasedEvent } from '../../domain/events/user-erased.event.ts';
import { UserSettingsChangedEvent } from '../../domain/events/user-settings-changed.event.ts';
import type { UserSettings } from '../../domain/value-objects/user-settings.vo.ts';
import { listCursorKey, users, userSettings } from '../database/schema.ts';
import { toRow, toUser } from './user.row.ts';

const table = new AggregateTable(users);
const seq = sql<string>`"users"."seq"`;

@Injectable()
export class DrizzleUserRepository extends UserRepository {
  #cursor: ListCursor | undefined;

  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async get(id: string): Promise<User> {
    const user = await this.find(id);
    if (user === undefined) throw new NotFound('User', id);
    return user;
  }

  async find(id: string): Promise<User | undefined> {
    const db = await this.unitOfWork.reading();
    const [row] = await db.select().from(users).leftJoin(userSettings, eq(userSettings.userId, users.id)).where(eq(users.id, id));
    return row === undefined ? undefined : toUser(row.users, row.user_settings);
  }

  async save(user: User): Promise<void> {
    const events = user.getUncommittedEvents();
    const state = user.state;
    const write = (): Promise<void> =>
      this.unitOfWork.save(user, User.AGGREGATE_TYPE, table, toRow(state), async () => new EmailTaken());
    if (events.some((event) => event instanceof UserErasedEvent)) {
      await this.unitOfWork.run(async () => {
        await write();
        await (await this.unitOfWork.transaction()).delete(userSettings).where(eq(userSettings.userId, state.id));
      });
    } else if (events.some((event) => event instanceof UserSettingsChangedEvent)) {
      await this.unitOfWork.run(async () => {
        await write();
        const db = await this.unitOfWork.transaction();
        const insert = db.insert(userSettings).values({ userId: state.id, ...state.settings });
        await insert.onConflictDoUpdate({ target: userSettings.userId, set: state.settings });
      });
    } else await write();
  }

  async list({ limit, cursor, offset, role, status, q }: UserQuery): Promise<UserPage> {
    const db = await this.unitOfWork.reading();
    const cursors = await this.#cursors();
    const filters = [role ?? null, status ?? null, q ?? null];
    const fits = and(
      role === undefined ? undefined : eq(users.role, role),
      status === undefined ? undefined : eq(users.status, status),
      q === undefined ? undefined : contains(q),
    );
    const after = cursor === undefined ? undefined : sql`${seq} < ${cursors.read(cursor, filters)}::bigint`;
    const rows = await db
      .select({ user: users, settings: userSettings, seq })
      .from(users)
      .leftJoin(userSettings, eq(userSettings.userId, users.id))
      .where(and(fits, after))
      .orderBy(desc(seq))
      .limit(limit + 1)
      .offset(offset ?? 0);
    const [all] = await db.select({ total: count() }).from(users).where(fits);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      users: page.map(({ user, settings }) => toUser(user, settings)),
      total: all?.total ?? 0,
      next: rows.length > limit && last !== undefined ? cursors.write(last.seq, filters) : null,
    };
  }

  async otherSuperadmins(id: string): Promise<number> {
    const db = await this.unitOfWork.transaction();
    const locked = await db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.role, 'superadmin'), eq(users.status, 'active')))
      .orderBy(users.id)
      .for('update');
    return locked.filter((superadmin) => superadmin.id !== id).length;
  }

  async hasSuperadmin(): Promise<boolean> {
    const db = await this.unitOfWork.transaction();
    await db.execute(sql`SELECT pg_advisory_xact_lock(hashtext('user-service.first-superadmin'))`);
    const [superadmin] = await db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.role, 'superadmin'), ne(users.status, 'erased')))
      .limit(1);
    return superadmin !== undefined;
  }

  async addDefaultSettings(userId: string, settings: UserSettings): Promise<void> {
    const db = await this.unitOfWork.transaction();
    // Held, so that an erasure under way ends first, and a later one finds the row that it has to delete.
    const [user] = await db.select({ status: users.status }).from(users).where(eq(users.id, userId)).for('no key update');
    if (user === undefined || user.status === 'erased') return;
    await db
      .insert(userSettings)
      .values({ userId, ...settings })
      .onConflictDoNothing();
  }

  async #cursors(): Promise<ListCursor> {
    if (this.#cursor === undefined) {
      const db = await this.unitOfWork.reading();
      const [row] = await db.select().from(listCursorKey);
      if (row === undefined) throw new Error('list_cursor_key is empty; restore the row that its migration inserted');
      this.#cursor = new ListCursor(row.key);
    }
    return this.#cursor;
  }
}

function contains(text: string): SQL | undefined {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return or(ilike(users.firstName, pattern), ilike(users.lastName, pattern), ilike(users.email, pattern));
}
