import { strictEqual } from 'node:assert/strict';
import type { BaseDomainEvent } from '@edtech/shared-kernel/domain';
import { entriesOf, type Account } from '../src/domain/ledger/ledger.ts';

const OF_DEBIT: readonly Account[] = ['provider_cash', 'dispute_reserve'];

/** The accounts after every event that was posted, by currency. Throws at the first event whose debit and credit differ. */
export class Books {
  readonly #balances = new Map<string, number>();

  post({ eventName, payload }: BaseDomainEvent): void {
    const sums = new Map<string, number>();
    for (const { account, currency, debit, credit } of entriesOf(eventName, payload)) {
      strictEqual(Math.min(debit, credit), 0, `${eventName}: a line is a debit or a credit`);
      strictEqual(Math.max(debit, credit) > 0, true, `${eventName}: a line is of something`);
      sums.set(currency, (sums.get(currency) ?? 0) + debit - credit);
      const key = `${account} ${currency}`;
      const sign = OF_DEBIT.includes(account) ? 1 : -1;
      this.#balances.set(key, (this.#balances.get(key) ?? 0) + sign * (debit - credit));
    }
    for (const [currency, sum] of sums) strictEqual(sum, 0, `${eventName}: debit and credit in ${currency}`);
  }

  /** What is on the side that the account is meant for: what the platform has, or owes, or has earned. */
  balance(account: Account, currency: string): number {
    return this.#balances.get(`${account} ${currency}`) ?? 0;
  }
}
