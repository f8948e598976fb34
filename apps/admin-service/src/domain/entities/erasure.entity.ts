import { AggregateRoot, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import { AdminErasureConfirmedEvent } from '../events/admin-erasure-confirmed.event.ts';

/** This service's answer to the request to forget a user: given once. */
export class Erasure extends AggregateRoot<typeof AdminErasureConfirmedEvent> {
  static override readonly AGGREGATE_TYPE = 'Erasure';
  #id = '';

  protected readonly when: When<typeof AdminErasureConfirmedEvent> = {
    'admin.erasure_confirmed': ({ userId }) => {
      this.#id = userId;
    },
  };

  static confirm(userId: string): Erasure {
    const erasure = new Erasure();
    erasure.record(new AdminErasureConfirmedEvent({ userId }));
    return erasure;
  }

  static rehydrate(id: string, position: StreamPosition): Erasure {
    const erasure = new Erasure();
    erasure.#id = id;
    erasure.standAt(position);
    return erasure;
  }

  get id(): string {
    return this.#id;
  }
}
