import { ChargeAttempts, type ChargeAttempt } from '../application/interfaces/charge-attempts.ts';
import { EndedBookings, type EndedBooking } from '../application/interfaces/ended-bookings.ts';
import { PayoutAccounts, type PayoutAccount } from '../application/interfaces/payout-accounts.interface.ts';
import { PayoutList, type PayoutPage } from '../application/interfaces/payout-list.interface.ts';
import { TutorEarnings, type Earnings, type PayoutContents } from '../application/interfaces/tutor-earnings.interface.ts';
import { deductionIdOf } from '../infrastructure/ids/deduction-id.ts';
import type { PaymentTables } from './payment-tables.ts';

/** Twin of the attempts over connections beside those of transactions. */
export class MemoryChargeAttempts extends ChargeAttempts {
  constructor(private readonly tables: PaymentTables) {
    super();
  }

  async add(attempt: ChargeAttempt): Promise<ChargeAttempt> {
    const key = `${attempt.paymentId} ${attempt.attempt}`;
    if (await this.tables.attempts.add(key, attempt)) return attempt;
    return (await this.tables.attempts.get(key)) ?? attempt;
  }

  async of(paymentId: string): Promise<ChargeAttempt[]> {
    return this.tables.attempts.all(({ paymentId: id }) => id === paymentId);
  }
}

/** Twin of the ends over connections beside those of transactions. */
export class MemoryEndedBookings extends EndedBookings {
  constructor(private readonly tables: PaymentTables) {
    super();
  }

  async add(ended: EndedBooking): Promise<void> {
    await this.tables.endedBookings.add(ended.bookingId, ended);
  }

  async find(bookingId: string): Promise<EndedBooking | undefined> {
    return this.tables.endedBookings.get(bookingId);
  }
}

const NO_ACCOUNT = { accountRef: undefined, suspended: false, suspensionVersion: 0, erased: false };

/** Twin of the accounts over Postgres. */
export class MemoryPayoutAccounts extends PayoutAccounts {
  constructor(private readonly tables: PaymentTables) {
    super();
  }

  async open(tutorId: string): Promise<void> {
    await this.tables.accounts.update(tutorId, (known = NO_ACCOUNT) =>
      known.erased ? known : { ...known, accountRef: `acct_${tutorId}` },
    );
  }

  async of(tutorId: string): Promise<PayoutAccount> {
    return (await this.tables.accounts.get(tutorId)) ?? NO_ACCOUNT;
  }

  async setSuspended(tutorId: string, suspended: boolean, version: number): Promise<boolean> {
    let isNewer = false;
    await this.tables.accounts.update(tutorId, (known = NO_ACCOUNT) => {
      isNewer = version > known.suspensionVersion;
      return isNewer ? { ...known, suspended, suspensionVersion: version } : known;
    });
    return isNewer;
  }

  async addCustomer(userId: string): Promise<void> {
    await this.tables.customers.insert(userId, { customerRef: `cus_${userId}`, erased: false });
  }

  async forget(userId: string): Promise<void> {
    await this.tables.accounts.update(userId, (known = NO_ACCOUNT) => ({ ...known, accountRef: undefined, erased: true }));
    await this.tables.customers.put(userId, { customerRef: undefined, erased: true });
  }
}

const UNPAID: ReadonlySet<string> = new Set(['scheduled', 'processing', 'failed']);

/** Twin of the list over Postgres, on the rows that the projection has written. */
export class MemoryPayoutList extends PayoutList {
  constructor(private readonly tables: PaymentTables) {
    super();
  }

  async page(): Promise<PayoutPage> {
    const rows = await this.tables.payouts.rows();
    const items = rows.map(({ payout_id, tutor_id, held_because, scheduled_at, ...row }) => ({
      ...row,
      payoutId: payout_id,
      tutorId: tutor_id,
      heldBecause: held_because,
      scheduledAt: scheduled_at,
    }));
    return { items, next: null };
  }

  async unpaidOf(tutorId: string): Promise<string[]> {
    const rows = await this.tables.payouts.rows();
    const unpaid = rows.filter(({ tutor_id, status }) => tutor_id === tutorId && UNPAID.has(status));
    return unpaid.map(({ payout_id }) => payout_id).toSorted();
  }
}

/** Twin of the earnings over Postgres, on the rows that the projection has written. Nobody asks for reports in a simulation. */
export class MemoryTutorEarnings extends TutorEarnings {
  constructor(private readonly tables: PaymentTables) {
    super();
  }

  async of(): Promise<Earnings[]> {
    throw new Error('a simulation has no reports; look at the payments');
  }

  async openBalance(
    tutorId: string,
    currency: string,
    { paymentIds, deductions }: PayoutContents = { paymentIds: [], deductions: [] },
  ): Promise<number> {
    const isTheirs = (row: {
      readonly tutor_id: string;
      readonly currency: string;
      readonly payout_id: string | null;
    }): boolean => row.tutor_id === tutorId && row.currency === currency && row.payout_id === null;
    const payments = (await this.tables.earnings.rows()).filter(
      (row) => row.released && isTheirs(row) && !paymentIds.includes(row.payment_id),
    );
    const reversals = (await this.tables.reversals.rows()).filter(
      (row) => isTheirs(row) && !deductions.includes(deductionIdOf({ paymentId: row.payment_id, reversalId: row.reversal_id })),
    );
    return sum(payments.map(({ earnings }) => earnings)) - sum(reversals.map(({ amount }) => amount));
  }
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
