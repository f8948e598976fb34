import { Clock, days, Transaction } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { KnownUsers } from '../interfaces/known-users.interface.ts';
import { Statistics, type Report } from '../interfaces/statistics.interface.ts';

export interface AnalyticsView {
  readonly from: string;
  readonly to: string;
  readonly users: { readonly created: number; readonly erased: number };
  readonly tutors: {
    readonly submitted: number;
    readonly verified: number;
    readonly suspended: number;
    readonly expectedProfiles: number;
  };
  readonly bookings: {
    readonly requested: number;
    readonly settled: number;
    readonly cancelled: number;
    readonly noShows: number;
  };
  readonly payments: { readonly completed: number; readonly failed: number };
  readonly revenue: Report['revenue'];
  readonly decisions: Report['decisions'];
}

const PERIOD = days(30);

@Injectable()
export class GetAnalyticsUseCase {
  constructor(
    private readonly statistics: Statistics,
    private readonly users: KnownUsers,
    private readonly clock: Clock,
    private readonly transaction: Transaction,
  ) {}

  /** Days of UTC, `to` not included; the last 30 days unless it says otherwise. */
  async execute({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): Promise<AnalyticsView> {
    const now = this.clock.now().getTime();
    const toDay = to ?? dayOf(now + days(1));
    const fromDay = from ?? dayOf(Date.parse(toDay) - PERIOD);
    return this.transaction.run(async () => {
      const { counts, revenue, decisions } = await this.statistics.report(fromDay, toDay);
      return {
        from: fromDay,
        to: toDay,
        users: { created: counts['users.created'], erased: counts['users.erased'] },
        tutors: {
          submitted: counts['tutors.submitted'],
          verified: counts['tutors.verified'],
          suspended: counts['tutors.suspended'],
          expectedProfiles: await this.users.expectedProfiles(),
        },
        bookings: {
          requested: counts['bookings.requested'],
          settled: counts['bookings.settled'],
          cancelled: counts['bookings.cancelled'],
          noShows: counts['bookings.no_show'],
        },
        payments: { completed: counts['payments.completed'], failed: counts['payments.failed'] },
        revenue,
        decisions,
      };
    });
  }
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
