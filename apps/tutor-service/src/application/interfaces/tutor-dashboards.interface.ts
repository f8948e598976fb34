export interface Payout {
  readonly payoutId: string;
  readonly tutorId: string;
  /** Position of the event in the payout's stream: the newest status stays. */
  readonly version: number;
  readonly status: 'paid' | 'failed' | 'held';
  readonly paid?: { readonly amount: number; readonly currency: string };
}

export interface DashboardFigures {
  readonly lessons: { readonly settled: number; readonly noShows: number };
  readonly reviews: { readonly count: number; readonly average: number | null };
  readonly earnings: {
    /** Minor units. */
    readonly paid: readonly { readonly amount: number; readonly currency: string }[];
    readonly payoutsFailed: number;
    readonly payoutsHeld: number;
  };
}

/** Figures about a tutor's work. They are counts: each event must be handed over once. */
export abstract class TutorDashboards {
  /** Safe to repeat. */
  abstract initialize(tutorId: string): Promise<void>;
  abstract countLesson(tutorId: string): Promise<void>;
  abstract countReview(tutorId: string, rating: number): Promise<void>;
  /** Safe to repeat; answers when the tutor missed lessons since the last forgiving, in no order. */
  abstract addNoShow(tutorId: string, bookingId: string, at: Date): Promise<readonly Date[]>;
  /** What was missed until now does not count again. */
  abstract forgiveNoShows(tutorId: string): Promise<void>;
  /** Safe to repeat. */
  abstract notePayout(payout: Payout): Promise<void>;
  /** Zeros for a tutor nothing is known of. */
  abstract figures(tutorId: string): Promise<DashboardFigures>;
}
