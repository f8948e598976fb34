import { UserCards, type UserNews } from '../application/interfaces/user-cards.interface.ts';
import { UserCard } from '../domain/value-objects/user-card.vo.ts';
import type { CardRow, TutorTables } from './tutor-tables.ts';

/** Twin of the cards over Postgres: each group keeps the newest, whatever the order. */
export class MemoryUserCards extends UserCards {
  constructor(private readonly tables: TutorTables) {
    super();
  }

  async learn(news: UserNews): Promise<UserCard> {
    return card(await this.tables.cards.update(news.userId, (row) => withNews(row ?? unknown(news.userId), news)));
  }

  async erase(userId: string): Promise<UserCard> {
    return card(
      await this.tables.cards.update(userId, (row) => ({
        ...(row ?? unknown(userId)),
        person: undefined,
        unlistedFor: undefined,
        erased: true,
      })),
    );
  }

  async unlisted(userId: string, version: number): Promise<void> {
    const row = await this.tables.cards.hold(userId);
    if (row !== undefined) this.tables.cards.set(userId, { ...row, unlistedFor: version });
  }

  async hold(userId: string): Promise<UserCard | undefined> {
    const row = await this.tables.cards.hold(userId);
    return row && card(row);
  }

  async find(userId: string): Promise<UserCard | undefined> {
    const row = await this.tables.cards.get(userId);
    return row && card(row);
  }
}

function withNews(row: CardRow, news: UserNews): CardRow {
  const { version, person, role, status, suspendedUntil, tutorSince } = news;
  const newerPerson = person !== undefined && version > row.personVersion;
  const newerRole = role !== undefined && version > row.roleVersion;
  const newerStatus = status !== undefined && version > row.statusVersion;
  return {
    ...row,
    ...(newerPerson ? { personVersion: version, person: row.erased ? undefined : person } : {}),
    ...(newerRole ? { roleVersion: version, role } : {}),
    ...(newerStatus ? { statusVersion: version, status, suspendedUntil } : {}),
    tutorSince: bound(Math.min, row.tutorSince, tutorSince),
    deactivatedAt: bound(Math.max, row.deactivatedAt, status === 'inactive' ? version : undefined),
  };
}

function bound(choose: (...numbers: number[]) => number, ...known: (number | undefined)[]): number | undefined {
  const numbers = known.filter((number) => number !== undefined);
  return numbers.length === 0 ? undefined : choose(...numbers);
}

function unknown(userId: string): CardRow {
  return {
    userId,
    personVersion: -1,
    person: undefined,
    roleVersion: -1,
    role: undefined,
    statusVersion: -1,
    status: undefined,
    suspendedUntil: undefined,
    tutorSince: undefined,
    deactivatedAt: undefined,
    unlistedFor: undefined,
    erased: false,
  };
}

function card(row: CardRow): UserCard {
  const { personVersion: _, roleVersion: __, statusVersion: ___, ...facts } = row;
  return new UserCard(facts);
}
