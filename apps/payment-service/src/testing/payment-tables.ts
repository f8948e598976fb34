import type { MemoryBucket, MemoryDatabase, MemoryTable } from '@edtech/shared-kernel/testing';
import type { ChargeAttempt } from '../application/interfaces/charge-attempts.ts';
import type { EndedBooking } from '../application/interfaces/ended-bookings.ts';
import type { PayoutPlan } from '../application/interfaces/payout-plans.interface.ts';
import type { EarningsRow, PayoutRow, ReversalRow } from './projection-rows.ts';

interface AccountRow {
  readonly accountRef: string | undefined;
  readonly suspended: boolean;
  readonly suspensionVersion: number;
  readonly erased: boolean;
}

/** The rows of payment-service in memory, as far as something is decided by them; what stays whatever becomes of a transaction is in buckets. */
export class PaymentTables {
  readonly attempts: MemoryBucket<ChargeAttempt>;
  readonly endedBookings: MemoryBucket<EndedBooking>;
  readonly accounts: MemoryTable<AccountRow>;
  readonly customers: MemoryTable<{ readonly customerRef: string | undefined; readonly erased: boolean }>;
  readonly weeks: MemoryTable<{ readonly week: string }>;
  readonly plans: MemoryTable<PayoutPlan & { readonly finished: boolean }>;
  readonly earnings: MemoryTable<EarningsRow>;
  readonly reversals: MemoryTable<ReversalRow>;
  readonly payouts: MemoryTable<PayoutRow>;

  constructor(readonly database: MemoryDatabase) {
    this.attempts = database.bucket('charge-attempts');
    this.endedBookings = database.bucket('ended-bookings');
    this.accounts = database.table('payout-accounts');
    this.customers = database.table('payment-customers');
    this.weeks = database.table('payout-weeks');
    this.plans = database.table('payout-plans');
    this.earnings = database.table('tutor-payments');
    this.reversals = database.table('tutor-reversals');
    this.payouts = database.table('payout-list');
  }
}
