import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { TutorDashboards, type DashboardFigures, type Payout } from '../../application/interfaces/tutor-dashboards.interface.ts';

type Figures = {
  readonly lessons_settled: number;
  readonly reviews: number;
  readonly rating_sum: number;
  readonly no_shows: number;
  readonly failed: number;
  readonly held: number;
};

@Injectable()
export class SqlTutorDashboards extends TutorDashboards {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async initialize(tutorId: string): Promise<void> {
    await this.#write('INSERT INTO tutor_dashboard (tutor_id) VALUES ($1) ON CONFLICT DO NOTHING', [tutorId]);
  }

  async countLesson(tutorId: string): Promise<void> {
    await this.#write(
      `INSERT INTO tutor_dashboard AS board (tutor_id, lessons_settled) VALUES ($1, 1)
       ON CONFLICT (tutor_id) DO UPDATE SET lessons_settled = board.lessons_settled + 1`,
      [tutorId],
    );
  }

  async countReview(tutorId: string, rating: number): Promise<void> {
    await this.#write(
      `INSERT INTO tutor_dashboard AS board (tutor_id, reviews, rating_sum) VALUES ($1, 1, $2)
       ON CONFLICT (tutor_id) DO UPDATE SET reviews = board.reviews + 1, rating_sum = board.rating_sum + excluded.rating_sum`,
      [tutorId, rating],
    );
  }

  async addNoShow(tutorId: string, bookingId: string, at: Date): Promise<readonly Date[]> {
    // Two missed lessons that arrive together must not each miss the other.
    await this.#write('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`tutor-no-shows/${tutorId}`]);
    await this.#write('INSERT INTO tutor_no_shows (booking_id, tutor_id, missed_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      bookingId,
      tutorId,
      at,
    ]);
    const client = await this.unitOfWork.client();
    const { rows } = await client.query<{ missed_at: Date }>({
      text: 'SELECT missed_at FROM tutor_no_shows WHERE tutor_id = $1 AND NOT forgiven',
      values: [tutorId],
    });
    return rows.map(({ missed_at }) => missed_at);
  }

  async forgiveNoShows(tutorId: string): Promise<void> {
    await this.#write('UPDATE tutor_no_shows SET forgiven = true WHERE tutor_id = $1 AND NOT forgiven', [tutorId]);
  }

  async notePayout({ payoutId, tutorId, version, status, paid }: Payout): Promise<void> {
    await this.#write(
      `INSERT INTO tutor_payouts AS known (payout_id, tutor_id, version, status, amount, currency) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (payout_id) DO UPDATE SET version = excluded.version, status = excluded.status,
         amount = excluded.amount, currency = excluded.currency
       WHERE excluded.version > known.version`,
      [payoutId, tutorId, version, status, paid?.amount, paid?.currency],
    );
  }

  async figures(tutorId: string): Promise<DashboardFigures> {
    const database = await this.unitOfWork.reading();
    const { rows } = await database.execute<Figures>(sql`
      SELECT coalesce(board.lessons_settled, 0) AS lessons_settled, coalesce(board.reviews, 0) AS reviews,
        coalesce(board.rating_sum, 0) AS rating_sum,
        (SELECT count(*)::int FROM tutor_no_shows WHERE tutor_id = ${tutorId}) AS no_shows,
        (SELECT count(*)::int FROM tutor_payouts WHERE tutor_id = ${tutorId} AND status = 'failed') AS failed,
        (SELECT count(*)::int FROM tutor_payouts WHERE tutor_id = ${tutorId} AND status = 'held') AS held
      FROM (SELECT 1) AS one LEFT JOIN tutor_dashboard board ON board.tutor_id = ${tutorId}`);
    const paid = await database.execute<{ amount: string; currency: string }>(sql`
      SELECT currency, sum(amount)::text AS amount FROM tutor_payouts WHERE tutor_id = ${tutorId} AND status = 'paid'
      GROUP BY currency ORDER BY currency`);
    const [row] = rows;
    const { lessons_settled = 0, reviews = 0, rating_sum = 0, no_shows = 0, failed = 0, held = 0 } = row ?? {};
    return {
      lessons: { settled: lessons_settled, noShows: no_shows },
      reviews: { count: reviews, average: reviews === 0 ? null : rating_sum / reviews },
      earnings: {
        paid: paid.rows.map(({ amount, currency }) => ({ amount: Number(amount), currency })),
        payoutsFailed: failed,
        payoutsHeld: held,
      },
    };
  }

  async #write(text: string, values: unknown[]): Promise<void> {
    const client = await this.unitOfWork.client();
    await client.query({ text, values });
  }
}
