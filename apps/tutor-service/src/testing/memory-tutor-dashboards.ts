import { TutorDashboards, type DashboardFigures, type Payout } from '../application/interfaces/tutor-dashboards.interface.ts';
import type { TutorTables } from './tutor-tables.ts';

const NOTHING = { lessons: 0, reviews: 0, ratings: 0 };

/** Twin of the figures over Postgres. */
export class MemoryTutorDashboards extends TutorDashboards {
  constructor(private readonly tables: TutorTables) {
    super();
  }

  async initialize(tutorId: string): Promise<void> {
    await this.tables.dashboards.insert(tutorId, NOTHING);
  }

  async countLesson(tutorId: string): Promise<void> {
    await this.tables.dashboards.update(tutorId, (row = NOTHING) => ({ ...row, lessons: row.lessons + 1 }));
  }

  async countReview(tutorId: string, rating: number): Promise<void> {
    await this.tables.dashboards.update(tutorId, (row = NOTHING) => ({
      ...row,
      reviews: row.reviews + 1,
      ratings: row.ratings + rating,
    }));
  }

  async addNoShow(tutorId: string, bookingId: string, missedAt: Date): Promise<readonly Date[]> {
    await this.tables.noShowLocks.lock(tutorId);
    await this.tables.noShows.insert(bookingId, { tutorId, missedAt, forgiven: false });
    const rows = await this.tables.noShows.rows();
    return rows.filter((row) => row.tutorId === tutorId && !row.forgiven).map((row) => row.missedAt);
  }

  async forgiveNoShows(tutorId: string): Promise<void> {
    const { noShows } = this.tables;
    for (const [bookingId, row] of noShows.committed)
      if (row.tutorId === tutorId) await noShows.update(bookingId, (known = row) => ({ ...known, forgiven: true }));
  }

  async notePayout(payout: Payout): Promise<void> {
    await this.tables.payouts.update(payout.payoutId, (known) => {
      if (known === undefined) return payout;
      return known.version < payout.version ? { ...payout, tutorId: known.tutorId } : known;
    });
  }

  async figures(tutorId: string): Promise<DashboardFigures> {
    const { lessons, reviews, ratings } = (await this.tables.dashboards.get(tutorId)) ?? NOTHING;
    const noShows = this.tables.noShows.seenRows().filter((row) => row.tutorId === tutorId).length;
    const payouts = this.tables.payouts.seenRows().filter((row) => row.tutorId === tutorId);
    const paid = new Map<string, number>();
    for (const { status, paid: money } of payouts)
      if (status === 'paid' && money !== undefined) paid.set(money.currency, (paid.get(money.currency) ?? 0) + money.amount);
    return {
      lessons: { settled: lessons, noShows },
      reviews: { count: reviews, average: reviews === 0 ? null : ratings / reviews },
      earnings: {
        paid: [...paid]
          .map(([currency, amount]) => ({ currency, amount }))
          .toSorted((a, b) => (a.currency < b.currency ? -1 : 1)),
        payoutsFailed: payouts.filter(({ status }) => status === 'failed').length,
        payoutsHeld: payouts.filter(({ status }) => status === 'held').length,
      },
    };
  }
}
