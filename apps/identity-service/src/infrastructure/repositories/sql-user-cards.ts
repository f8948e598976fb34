import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { UserCards, type UserNews } from '../../application/interfaces/user-cards.ts';
import type { Duty, Role, UserCard } from '../../domain/value-objects/user-card.vo.ts';

type Row = {
  readonly user_id: string;
  readonly email: string | null;
  readonly is_minor: boolean | null;
  readonly locale: string | null;
  readonly role: Role | null;
  readonly suspended: boolean;
  readonly duties: readonly Duty[];
  readonly tutor_verified: boolean;
  readonly erased: boolean;
};

const GROUPS = {
  person: ['email', 'is_minor', 'locale'],
  role: ['role'],
  standing: ['suspended'],
  duties: ['duties'],
  tutor: ['tutor_verified'],
} as const;

/** One row per user; a group whose version is not newer stays as it is, and the person of an erased user is not taken over. */
const LEARN = `INSERT INTO user_cards AS card (user_id, person_version, email, is_minor, locale, role_version, role,
    standing_version, suspended, duties_version, duties, tutor_version, tutor_verified)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, false), $10, coalesce($11::text[], '{}'), $12, coalesce($13, false))
  ON CONFLICT (user_id) DO UPDATE SET
  ${Object.entries(GROUPS)
    .flatMap(([group, columns]) => {
      const version = `${group}_version`;
      const newer = `excluded.${version} > card.${version}${group === 'person' ? ' AND NOT card.erased' : ''}`;
      return [
        `${version} = greatest(card.${version}, excluded.${version})`,
        ...columns.map((column) => `${column} = CASE WHEN ${newer} THEN excluded.${column} ELSE card.${column} END`),
      ];
    })
    .join(',\n  ')}
  RETURNING *`;

@Injectable()
export class SqlUserCards extends UserCards {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async learn({ userId, version, person, role, suspended, duties, tutorVerified }: UserNews): Promise<UserCard> {
    const ofGroup = (group: unknown): number => (group === undefined ? 0 : version);
    const client = await this.unitOfWork.client();
    const { rows } = await client.query<Row>({
      name: 'user-card-learn',
      text: LEARN,
      values: [
        userId,
        ofGroup(person),
        person?.email,
        person?.isMinor,
        person?.locale,
        ofGroup(role),
        role,
        ofGroup(suspended),
        suspended,
        ofGroup(duties),
        duties,
        ofGroup(tutorVerified),
        tutorVerified,
      ],
    });
    const [row] = rows;
    if (row === undefined) throw new Error('user-card-learn returned no row');
    return card(row);
  }

  async erase(userId: string): Promise<void> {
    const client = await this.unitOfWork.client();
    await client.query({
      name: 'user-card-erase',
      text: `INSERT INTO user_cards (user_id, erased) VALUES ($1, true)
             ON CONFLICT (user_id) DO UPDATE SET erased = true, email = NULL, is_minor = NULL, locale = NULL`,
      values: [userId],
    });
  }

  async find(userId: string): Promise<UserCard | undefined> {
    const db = await this.unitOfWork.reading();
    const { rows } = await db.execute<Row>(sql`SELECT * FROM user_cards WHERE user_id = ${userId}`);
    return rows[0] && card(rows[0]);
  }
}

function card(row: Row): UserCard {
  const { email, is_minor: isMinor, locale } = row;
  return {
    userId: row.user_id,
    person: email === null || isMinor === null || locale === null ? undefined : { email, isMinor, locale },
    role: row.role ?? undefined,
    suspended: row.suspended,
    duties: row.duties,
    tutorVerified: row.tutor_verified,
    erased: row.erased,
  };
}
