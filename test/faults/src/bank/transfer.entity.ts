import { AggregateRoot, BaseDomainEvent, DomainError, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import type { TransferEnded, TransferRequested } from './bank.contracts.ts';

export class TransferRequestedEvent extends BaseDomainEvent<TransferRequested> {
  static override readonly EVENT_NAME = 'transfer.requested';
}
export class TransferSettledEvent extends BaseDomainEvent<TransferEnded> {
  static override readonly EVENT_NAME = 'transfer.settled';
}
export class TransferReversedEvent extends BaseDomainEvent<TransferEnded> {
  static override readonly EVENT_NAME = 'transfer.reversed';
}
type TransferEvents = typeof TransferRequestedEvent | typeof TransferSettledEvent | typeof TransferReversedEvent;

export class TransferRefused extends DomainError {
  readonly code = 'TRANSFER_REFUSED';

  constructor(readonly transferId: string) {
    super(`the receiving side refuses transfer ${transferId}`);
  }
}

export interface TransferState extends TransferRequested {
  readonly status: 'requested' | 'settled' | 'reversed';
}

/** A transfer in two steps with money on the way between them: carried out by a saga, undone when the second step is refused. */
export class Transfer extends AggregateRoot<TransferEvents> {
  static override readonly AGGREGATE_TYPE = 'Transfer';
  #state: TransferState = { transferId: '', from: '', to: '', amount: 0, refuse: false, note: '', status: 'requested' };

  protected readonly when: When<TransferEvents> = {
    'transfer.requested': (request) => {
      this.#state = { ...request, status: 'requested' };
    },
    'transfer.settled': () => {
      this.#state = { ...this.#state, status: 'settled' };
    },
    'transfer.reversed': () => {
      this.#state = { ...this.#state, status: 'reversed' };
    },
  };

  static request(request: TransferRequested): Transfer {
    const transfer = new Transfer();
    transfer.record(new TransferRequestedEvent(request));
    return transfer;
  }

  static rehydrate(state: TransferState, position: StreamPosition): Transfer {
    const transfer = new Transfer();
    transfer.#state = state;
    transfer.standAt(position);
    return transfer;
  }

  get id(): string {
    return this.#state.transferId;
  }

  get state(): TransferState {
    return this.#state;
  }

  settle(): void {
    if (this.#state.refuse) throw new TransferRefused(this.id);
    this.record(new TransferSettledEvent({ transferId: this.id }));
  }

  reverse(): void {
    this.record(new TransferReversedEvent({ transferId: this.id }));
  }
}
