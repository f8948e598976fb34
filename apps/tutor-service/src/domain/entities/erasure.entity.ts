import { AggregateRoot, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import { TutorErasureConfirmedEvent } from '../events/tutor-erasure-confirmed.event.ts';

/** This service's answer to the request to forget a user: given once. */
export class Erasure extends AggregateRoot<typeof TutorErasureConfirmedEvent> {
  static override readonly AGGREGATE_TYPE = 'Erasure';
  #id = '';

  protected readonly when: When<typeof TutorErasureConfirmedEvent> = {
    'tutor.erasure_confirmed': ({ userId }) => {
      this.#id = userId;
    },
  };

  static confirm(userId: string): Erasure {
    const erasure = new Erasure();
    erasure.record(new TutorErasureConfirmedEvent({ userId }));
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
