import { EventSourcedRepository, EventStoreService } from '@edtech/shared-kernel';
import { ConcurrencyConflict } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import { Erasures } from '../../application/interfaces/erasures.interface.ts';
import { Erasure } from '../../domain/entities/erasure.entity.ts';

@Injectable()
export class EventSourcedErasures extends Erasures {
  readonly #streams: EventSourcedRepository<Erasure['snapshot'], Erasure>;

  constructor(store: EventStoreService) {
    super();
    this.#streams = new EventSourcedRepository<Erasure['snapshot'], Erasure>(store, Erasure);
  }

  override async confirm(userId: string): Promise<void> {
    try {
      await this.#streams.save(Erasure.confirm(userId));
    } catch (error) {
      // It was confirmed before.
      if (!(error instanceof ConcurrencyConflict)) throw error;
    }
  }
}
