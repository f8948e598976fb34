import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { UserCards, type UserNews } from '../../application/interfaces/user-cards.interface.ts';
import { UserCard } from '../../domain/value-objects/user-card.vo.ts';

type Row = {
  readonly user_id: string;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly role: string | null;
  readonly status: string | null;
  readonly suspended_until: string | null;
  readonly tutor_since: number | null;
  readonly deactivated_at: number | null;
  readonly unlisted_for: number | null;
  readonly erased: boolean;
};

const NEWER_PERSON = 'excluded.person_version > card.person_version AND NOT card.erased';
const NEWER_ROLE = 'excluded.role_version > card.role_version';
const NEWER_STATUS = 'excluded.status_version > card.status_version';

const LEARN = `INSERT INTO user_cards AS card (user_id, person_version, email, first_name, last_name, role_version, role,
    status_version, status, suspended_until, tutor_since, deactivated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  ON CONFLICT (user_id) DO UPDATE SET
    person_version = greatest(card.person_version, excluded.person_version),
    ${['email', 'first_name', 'last_name'].map((column) => newest(NEWER_PERSON, column)).join(', ')},
    role_version = greatest(card.role_version, excluded.role_version),
    ${newest(NEWER_ROLE, 'role')},
    status_version = greatest(card.status_version, excluded.status_version),
    ${['status', 'suspended_until'].map((column) => newest(NEWER_STATUS, column)).join(', ')},
    tutor_since = least(card.tutor_since, excluded.tutor_since),
    deactivated_at = greatest(card.deactivated_at, excluded.deactivated_at)
  RETURNING *`;

@Injectable()
export class SqlUserCards extends UserCards {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async learn({ userId, version, person, role, status, suspendedUntil, tutorSince }: UserNews): Promise<UserCard> {
    const ofGroup = (group: unknown): number => (group === undefined ? -1 : version);
    return this.#write('user-card-learn', LEARN, [
      userId,
      ofGroup(person),
      person?.email,
      person?.firstName,
      person?.lastName,
      ofGroup(role),
      role,
      ofGroup(status),
      status,
      suspendedUntil,
      tutorSince,
      status === 'inactive' ? version : undefined,
    ]);
  }

  async erase(userId: string): Promise<UserCard> {
    return this.#write(
      'user-card-erase',
      `INSERT INTO user_cards (user_id, person_version, role_version, status_version, erased) VALUES ($1, -1, -1, -1, true)
       ON CONFLICT (user_id) DO UPDATE SET erased = true, email = NULL, first_name = NULL, last_name = NULL, unlisted_for = NULL
       RETURNING *`,
      [userId],
    );
  }

  async unlisted(userId: string, version: number): Promise<void> {
    const client = await this.unitOfWork.client();
    await client.query({ text: 'UPDATE user_cards SET unlisted_for = $2 WHERE user_id = $1', values: [userId, version] });
  }

  async hold(userId: string): Promise<UserCard | undefined> {
    const client = await this.unitOfWork.client();
    const { rows } = await client.query<Row>({
      name: 'user-card-hold',
      text: 'SELECT * FROM user_cards WHERE user_id = $1 FOR UPDATE',
      values: [userId],
    });
    return rows[0] && card(rows[0]);
  }

  async find(userId: string): Promise<UserCard | undefined> {
    const database = await this.unitOfWork.reading();
    const { rows } = await database.execute<Row>(sql`SELECT * FROM user_cards WHERE user_id = ${userId}`);
    return rows[0] && card(rows[0]);
  }

  async #write(name: string, text: string, values: unknown[]): Promise<UserCard> {
    const client = await this.unitOfWork.client();
    const { rows } = await client.query<Row>({ name, text, values });
    const [row] = rows;
    if (row === undefined) throw new Error(`${name} returned no row`);
    return card(row);
  }
}

function newest(condition: string, column: string): string {
  return `${column} = CASE WHEN ${condition} THEN excluded.${column} ELSE card.${column} END`;
}

function card(row: Row): UserCard {
  const { email, first_name: firstName, last_name: lastName } = row;
  return new UserCard({
    userId: row.user_id,
    person: email === null || firstName === null || lastName === null ? undefined : { email, firstName, lastName },
    role: row.role ?? undefined,
    status: row.status ?? undefined,
    suspendedUntil: row.suspended_until ?? undefined,
    erased: row.erased,
    tutorSince: row.tutor_since ?? undefined,
    deactivatedAt: row.deactivated_at ?? undefined,
    unlistedFor: row.unlisted_for ?? undefined,
  });
}
