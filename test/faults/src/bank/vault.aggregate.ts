import {
  BaseDomainEvent,
  EventSourcedAggregate,
  type HistoricalEvent,
  type StreamPosition,
  type When,
} from '@edtech/shared-kernel/domain';
import type { VaultDeposited, VaultOpened } from './bank.contracts.ts';

export class VaultOpenedEvent extends BaseDomainEvent<VaultOpened> {
  static override readonly EVENT_NAME = 'vault.opened';
}
export class VaultDepositedEvent extends BaseDomainEvent<VaultDeposited> {
  static override readonly EVENT_NAME = 'vault.deposited';
}
type VaultEvents = typeof VaultOpenedEvent | typeof VaultDepositedEvent;

export interface VaultState {
  readonly id: string;
  readonly total: number;
  readonly deposits: readonly string[];
}

/** Money that only goes in, with its history as the only truth: what shows a lost or doubled append. */
export class Vault extends EventSourcedAggregate<VaultEvents, VaultState> {
  static override readonly AGGREGATE_TYPE = 'Vault';
  protected override readonly beginsWith = 'vault.opened';
  protected override state: VaultState = { id: '', total: 0, deposits: [] };
  protected override readonly when: When<VaultEvents> = {
    'vault.opened': ({ vaultId }) => {
      this.state = { id: vaultId, total: 0, deposits: [] };
    },
    'vault.deposited': ({ depositId, total }) => {
      this.state = { ...this.state, total, deposits: [...this.state.deposits, depositId] };
    },
  };

  static open(vaultId: string): Vault {
    const vault = new Vault();
    vault.record(new VaultOpenedEvent({ vaultId }));
    return vault;
  }

  static fromHistory(events: Iterable<HistoricalEvent>): Vault {
    return new Vault().replay(events);
  }

  static fromSnapshot(state: VaultState, position: StreamPosition, tail: Iterable<HistoricalEvent>): Vault {
    return new Vault().restore(state, position).replay(tail);
  }

  get id(): string {
    return this.state.id;
  }

  /** Nothing for a deposit that is in already. */
  deposit(depositId: string, amount: number): void {
    if (this.state.deposits.includes(depositId)) return;
    this.record(new VaultDepositedEvent({ vaultId: this.id, depositId, amount, total: this.state.total + amount }));
  }
}
