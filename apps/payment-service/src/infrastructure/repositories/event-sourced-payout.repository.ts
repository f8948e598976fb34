import { EventSourcedRepository, EventStoreService } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { PayoutRepository } from '../../application/interfaces/payout.repository.ts';
import { Payout } from '../../domain/aggregates/payout.aggregate.ts';
import type { PayoutState } from '../../domain/aggregates/payout.state.ts';

@Injectable()
export class EventSourcedPayoutRepository extends PayoutRepository {
  /** Of this class there is one in a process: its writers of one payout take turns. */
  readonly streams: EventSourcedRepository<PayoutState, Payout>;

  constructor(store: EventStoreService) {
    super();
    this.streams = new EventSourcedRepository<PayoutState, Payout>(store, Payout);
  }

  override get(payoutId: string): Promise<Payout> {
    return this.streams.get(payoutId);
  }

  override async add(payout: Payout): Promise<void> {
    await this.streams.save(payout);
  }

  override async change<T>(payoutId: string, decide: (payout: Payout) => T): Promise<T> {
    return (await this.streams.change(payoutId, decide)).result;
  }
}
