import type { EventReaction } from '@edtech/shared-kernel/application';
import type { UnitOfWork } from '@edtech/shared-kernel';
import { EventDelivery } from '../../../../libs/shared-kernel/dist/infrastructure/inbox/event-delivery.js';

/** One row per effect that took place, in the order in which a stream's handlers ran. Nothing is unique: doubles must show. */
export const OBSERVED_EFFECTS = `
CREATE TABLE IF NOT EXISTS observed_effects (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subscription text NOT NULL, event_id uuid NOT NULL, stream text NOT NULL, stream_version int NOT NULL,
  effect text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS observed_effects_event ON observed_effects (subscription, event_id);`;

/**
 * Notes every effect: of a `database` reaction in the transaction of the effect, so that the note shares its fate; of an `outside` one
 * right after it.
 */
export function observeEffects(): void {
  const { deliver } = EventDelivery.prototype;
  EventDelivery.prototype.deliver = function (reaction, ...rest) {
    const unitOfWork: UnitOfWork = Reflect.get(this, 'unitOfWork');
    return deliver.call(this, observed(reaction, unitOfWork), ...rest);
  };
}

function observed(reaction: EventReaction, unitOfWork: UnitOfWork): EventReaction {
  return {
    ...reaction,
    handle: async (event) => {
      await reaction.handle(event);
      await unitOfWork.run(async () => {
        const client = await unitOfWork.client();
        await client.query({
          name: 'observed-effect',
          text: 'INSERT INTO observed_effects (subscription, event_id, stream, stream_version, effect) VALUES ($1, $2, $3, $4, $5)',
          values: [
            reaction.subscription,
            event.eventId,
            `${event.aggregateType}/${event.aggregateId}`,
            event.streamVersion,
            reaction.effect,
          ],
        });
      });
    },
  };
}
