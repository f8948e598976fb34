import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { UserQuery, UserRepository } from '../src/application/interfaces/repository.interface.ts';
import { User, type NewUser } from '../src/domain/entities/user.entity.ts';
import { UserRole } from '../src/domain/value-objects/user-role.vo.ts';
import { NOON } from './user-events.fixture.ts';

export interface RepositoryUnderTest {
  readonly users: UserRepository;
  /** Runs `work` in a message context and a unit of work. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function newUser(data: Partial<NewUser> = {}): User {
  const id = data.id ?? randomUUID();
  const person = {
    email: `${id}@example.org`,
    firstName: 'Ada',
    lastName: 'Lovelace',
    role: UserRole.student(),
    by: 'superadmin' as const,
  };
  return User.create({ ...person, status: 'active', ...data, id });
}

/** What every UserRepository promises. */
export function userRepositoryContract(open: () => RepositoryUnderTest): void {
  let users: UserRepository;
  let run: RepositoryUnderTest['run'];
  beforeEach(() => {
    ({ users, run } = open());
  });
  const save = (user: User): Promise<void> => run(() => users.save(user));
  const change = async (id: string, act: (user: User) => void): Promise<void> => {
    const user = await users.get(id);
    act(user);
    await save(user);
  };

  describe('a saved user', () => {
    test('G1 is read as it was saved, without uncommitted events', async () => {
      const user = newUser({ bio: 'Counts, "quotes" and {braces}', skills: ['algebra', 'a,b', '{}', 'NULL', ''.padEnd(3, 'é')] });
      user.changeSettings({ emailMarketing: true, lessonReminders: false, language: 'fr' });
      user.suspend({ by: 'admin', reason: 'r', until: NOON, otherSuperadmins: 1 });
      user.requestErasure(NOON);
      await save(user);
      const read = await users.get(user.id);
      expect(read.state).toEqual(user.state);
      expect(read.position).toEqual(user.position);
      expect(read.getUncommittedEvents()).toEqual([]);
    });

    test('an unknown user is NOT_FOUND, and not an error to look for', async () => {
      const id = randomUUID();
      expect(await users.find(id)).toBeUndefined();
      await expect(users.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('settings change with the user, and an erased user has none', async () => {
      const user = newUser({ locale: 'de' });
      await save(user);
      const settings = { emailMarketing: true, lessonReminders: true, language: 'de' };
      await change(user.id, (self) => self.changeSettings(settings));
      expect((await users.get(user.id)).state.settings).toEqual(settings);
      await change(user.id, (self) => self.erase());
      expect((await users.get(user.id)).state.settings).toEqual({ ...settings, emailMarketing: false, language: 'en' });
    });

    test('default settings are written once and never over a choice', async () => {
      const user = newUser();
      await save(user);
      const chosen = { emailMarketing: true, lessonReminders: false, language: 'es' };
      await change(user.id, (self) => self.changeSettings(chosen));
      const defaults = { emailMarketing: false, lessonReminders: true, language: 'en' };
      await run(() => users.addDefaultSettings(user.id, defaults));
      expect((await users.get(user.id)).state.settings).toEqual(chosen);
    });

    test('default settings that come after the erasure are not written: they would keep the language of the erased', async () => {
      const [erased, kept] = [newUser({ locale: 'de' }), newUser({ locale: 'de' })];
      const defaults = { emailMarketing: false, lessonReminders: true, language: 'de' };
      for (const user of [erased, kept]) await save(user);
      await change(erased.id, (self) => self.erase());
      for (const user of [erased, kept]) await run(() => users.addDefaultSettings(user.id, defaults));
      expect((await users.get(kept.id)).state.settings.language).toBe('de');
      expect((await users.get(erased.id)).state.settings.language).toBe('en');
    });

    test('G6 of 20 concurrent role changes on one version one wins, the others conflict, and the versions are dense', async () => {
      const user = newUser();
      await save(user);
      const copies = await Promise.all(Array.from({ length: 20 }, () => users.get(user.id)));
      const outcomes = await Promise.allSettled(
        copies.map((copy) => {
          copy.changeRole(UserRole.tutor(), { by: 'admin', otherSuperadmins: 1 });
          return save(copy);
        }),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(refused).toHaveLength(19);
      for (const reason of refused) expect(reason).toMatchObject({ code: 'CONCURRENCY_CONFLICT', expected: 1, actual: 2 });
      expect((await users.get(user.id)).streamVersion).toBe(2);
    });
  });

  describe('an address', () => {
    test.each(['ada@example.org', 'ADA@EXAMPLE.ORG', '  Ada@Example.Org '])(
      'is unique however it is written: %s',
      async (email) => {
        await save(newUser({ email: 'Ada@example.org' }));
        await expect(save(newUser({ email }))).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
      },
    );

    test('is free again when its user is erased', async () => {
      const first = newUser({ email: 'ada@example.org' });
      await save(first);
      await change(first.id, (self) => self.erase());
      await save(newUser({ email: 'ada@example.org' }));
      await save(newUser({ email: 'grace@example.org' }));
    });
  });

  describe('the list', () => {
    const pages = async (query: UserQuery, between: () => Promise<void> = async () => undefined): Promise<string[]> => {
      const seen: string[] = [];
      for (let cursor: string | undefined, turn = 0; turn < 100; turn++) {
        const page = await users.list({ ...query, cursor });
        seen.push(...page.users.map(({ id }) => id));
        if (page.next === null) return seen;
        cursor = page.next;
        await between();
      }
      throw new Error('the list does not end');
    };

    test('G12 every user that existed at the start appears exactly once while others are created', async () => {
      const existing: string[] = [];
      for (let n = 0; n < 25; n++) {
        const user = newUser();
        existing.unshift(user.id);
        await save(user);
      }
      const seen = await pages({ limit: 4 }, () => save(newUser()));
      expect(seen).toEqual(existing);
      expect((await users.list({ limit: 1 })).total).toBe(31);
    });

    test('takes an offset', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) {
        const user = newUser();
        ids.unshift(user.id);
        await save(user);
      }
      expect((await users.list({ limit: 2, offset: 2 })).users.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    });

    test('filters by role, status and part of a name or address', async () => {
      const tutor = newUser({ role: UserRole.tutor(), firstName: 'Grace', email: 'grace_h@example.org' });
      const pending = newUser({ status: 'pending_verification' });
      for (const user of [tutor, pending]) await save(user);
      const ids = async (query: Partial<UserQuery>): Promise<string[]> =>
        (await users.list({ limit: 10, ...query })).users.map(({ id }) => id);
      expect(await ids({ role: 'tutor' })).toEqual([tutor.id]);
      expect(await ids({ status: 'pending_verification' })).toEqual([pending.id]);
      expect(await ids({ q: 'gRaCe' })).toEqual([tutor.id]);
      expect(await ids({ q: 'grace_h' })).toEqual([tutor.id]);
      expect(await ids({ q: 'gr%ce' })).toEqual([]);
      expect(await ids({ q: 'example__rg' })).toEqual([]);
    });

    test('a cursor is good for its own filters only and cannot be made up', async () => {
      for (let n = 0; n < 3; n++) await save(newUser());
      const { next } = await users.list({ limit: 1 });
      const cursor = next ?? '';
      expect((await users.list({ limit: 1, cursor })).users).toHaveLength(1);
      await expect(users.list({ limit: 1, cursor, role: 'student' })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
      const [, signature] = cursor.split('.');
      const forged = `${Buffer.from('1').toString('base64url')}.${signature}`;
      for (const wrong of [forged, '', 'x', `${cursor}x`]) {
        await expect(users.list({ limit: 1, cursor: wrong })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
      }
    });
  });

  describe('superadmins', () => {
    test('only active ones count, without the user who asks', async () => {
      const [first, second, paused] = [0, 1, 2].map(() => newUser({ role: UserRole.superadmin() }));
      for (const user of [first, second, paused, newUser()]) if (user !== undefined) await save(user);
      await change(paused?.id ?? '', (self) => self.deactivate());
      expect(await run(() => users.otherSuperadmins(first?.id ?? ''))).toBe(1);
      expect(await run(() => users.otherSuperadmins(randomUUID()))).toBe(2);
    });
  });
}
