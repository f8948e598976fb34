import { AggregateRoot, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import { IdentityErasureConfirmedEvent } from '../events/identity-erasure-confirmed.event.ts';

/** This service's answer to the request to forget a user: given once. */
export class Erasure extends AggregateRoot<typeof IdentityErasureConfirmedEvent> {
  static override readonly AGGREGATE_TYPE = 'Erasure';
  #id = '';

  protected readonly when: When<typeof IdentityErasureConfirmedEvent> = {
    'identity.erasure_confirmed': ({ userId }) => {
      this.#id = userId;
    },
  };

  static confirm(userId: string): Erasure {
    const erasure = new Erasure();
    erasure.record(new IdentityErasureConfirmedEvent({ userId }));
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
