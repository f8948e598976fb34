/** What is counted. */
export type Metric =
  | 'users.created'
  | 'users.erased'
  | 'tutors.submitted'
  | 'tutors.verified'
  | 'tutors.suspended'
  | 'bookings.requested'
  | 'bookings.settled'
  | 'bookings.cancelled'
  | 'bookings.no_show'
  | 'payments.completed'
  | 'payments.failed';

/** In minor units of a currency. */
export type MoneyMetric = 'paid' | 'refunded' | 'fees';

export type DecisionKind = 'approval' | 'verification';

export interface Report {
  readonly counts: Readonly<Record<Metric, number>>;
  readonly revenue: readonly ({ readonly currency: string } & Readonly<Record<MoneyMetric, number>>)[];
  readonly decisions: Readonly<Record<DecisionKind, { readonly count: number; readonly averageSeconds: number | null }>>;
}

/** Inside a unit of work. Counts are not safe to repeat: the inbox of the caller makes an event count once. */
export abstract class Statistics {
  abstract count(metric: Metric, at: string): Promise<void>;
  abstract addMoney(metric: MoneyMetric, currency: string, amount: number, at: string): Promise<void>;
  abstract opened(kind: DecisionKind, id: string, at: string): Promise<void>;
  abstract decided(kind: DecisionKind, id: string, at: string): Promise<void>;
  /** Days of UTC, the last one not included. */
  abstract report(fromDay: string, toDay: string): Promise<Report>;
}
