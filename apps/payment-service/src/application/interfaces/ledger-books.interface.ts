import type { Account } from '../../domain/ledger/ledger.ts';
import type { Page, Paging } from './payment-list.interface.ts';

/** Everything ever posted to an account in one currency, in minor units. */
export interface AccountSums {
  readonly account: Account;
  readonly currency: string;
  readonly debit: number;
  readonly credit: number;
}

export interface BookedEntry extends AccountSums {
  readonly eventId: string;
  /** Among the lines of its event, from 0. */
  readonly line: number;
  readonly eventName: string;
  /** The payment or payout. */
  readonly aggregateId: string;
  readonly recordedAt: Date;
}

export interface EntryFilter {
  readonly account?: Account | undefined;
  /** Of the recording, inclusive. */
  readonly from?: Date | undefined;
  /** Of the recording, exclusive. */
  readonly to?: Date | undefined;
}

export abstract class LedgerBooks {
  /** By account and currency; `asOf`: of what was recorded by then (inclusive). Accounts without a line are left out. */
  abstract sums(filter: {
    readonly account?: Account | undefined;
    readonly asOf?: Date | undefined;
  }): Promise<readonly AccountSums[]>;
  /** Newest first. Throws InvalidCursor. */
  abstract entries(filter: EntryFilter, paging: Paging): Promise<Page<BookedEntry>>;
}
