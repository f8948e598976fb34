import { AggregateRoot, BaseDomainEvent, DomainError, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import type { AccountMoved, AccountOpened } from './bank.contracts.ts';

export class AccountOpenedEvent extends BaseDomainEvent<AccountOpened> {
  static override readonly EVENT_NAME = 'account.opened';
}
export class AccountDebitedEvent extends BaseDomainEvent<AccountMoved> {
  static override readonly EVENT_NAME = 'account.debited';
}
export class AccountCreditedEvent extends BaseDomainEvent<AccountMoved> {
  static override readonly EVENT_NAME = 'account.credited';
}
type AccountEvents = typeof AccountOpenedEvent | typeof AccountDebitedEvent | typeof AccountCreditedEvent;

export class InsufficientFunds extends DomainError {
  readonly code = 'INSUFFICIENT_FUNDS';

  constructor(
    readonly accountId: string,
    readonly balance: number,
    readonly amount: number,
  ) {
    super(`account ${accountId} holds ${balance}, ${amount} were asked for`);
  }
}

export interface AccountState {
  readonly id: string;
  readonly balance: number;
  /** Every debit in its order: the list that the history checker reads. */
  readonly debits: readonly string[];
}

/** Money that can neither appear nor vanish: what the bank test of the fault harness moves about. */
export class Account extends AggregateRoot<AccountEvents> {
  static override readonly AGGREGATE_TYPE = 'Account';
  #state: AccountState = { id: '', balance: 0, debits: [] };

  protected readonly when: When<AccountEvents> = {
    'account.opened': ({ accountId, balance }) => {
      this.#state = { id: accountId, balance, debits: [] };
    },
    'account.debited': ({ moveId, balance }) => {
      this.#state = { ...this.#state, balance, debits: [...this.#state.debits, moveId] };
    },
    'account.credited': ({ balance }) => {
      this.#state = { ...this.#state, balance };
    },
  };

  static open(accountId: string, balance: number): Account {
    const account = new Account();
    account.record(new AccountOpenedEvent({ accountId, balance }));
    return account;
  }

  static rehydrate(state: AccountState, position: StreamPosition): Account {
    const account = new Account();
    account.#state = state;
    account.standAt(position);
    return account;
  }

  get id(): string {
    return this.#state.id;
  }

  get state(): AccountState {
    return this.#state;
  }

  debit(moveId: string, amount: number): void {
    const { id: accountId, balance } = this.#state;
    if (balance < amount) throw new InsufficientFunds(accountId, balance, amount);
    this.record(new AccountDebitedEvent({ accountId, moveId, amount, balance: balance - amount }));
  }

  credit(moveId: string, amount: number): void {
    const { id: accountId, balance } = this.#state;
    this.record(new AccountCreditedEvent({ accountId, moveId, amount, balance: balance + amount }));
  }
}
