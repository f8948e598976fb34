import type { EventReaction } from '../../application/event-reaction.ts';
import type { FeedConsumer } from './feed.ts';
import type { Database } from '../database/database.ts';

/**
 * What each subscription takes and since when: what `verify` measures the inbox against. Only what is new or gone is written, so every
 * replica may register at every start. A name that is taken again later counts from then on.
 */
export const subscriptionEvents = {
  /** The events that a subscription takes from the feed; a new one counts after `checkpoint`. */
  async fromFeed(
    database: Database,
    { subscription, events, folds }: Pick<FeedConsumer, 'subscription' | 'events' | 'folds'>,
    checkpoint: number,
  ): Promise<void> {
    await database.query({
      text: `WITH gone AS (DELETE FROM subscription_events WHERE subscription = $1 AND road = $4 AND event_name <> ALL($2::text[]))
             INSERT INTO subscription_events (subscription, event_name, road, since_position)
             SELECT $1, name, $4, $3 FROM unnest($2::text[]) AS name
             WHERE NOT EXISTS (SELECT 1 FROM subscription_events WHERE subscription = $1 AND event_name = name AND road = $4)
             ON CONFLICT (subscription, event_name) DO UPDATE SET road = excluded.road, since_position = excluded.since_position, since = now()`,
      values: [subscription, events, checkpoint, folds === true ? 'fold' : 'feed'],
    });
  },

  /** The events that the service's reactions take from the bus: all of them, what is not named is no longer taken. */
  async fromBus(database: Database, reactions: readonly Pick<EventReaction, 'subscription' | 'events'>[]): Promise<void> {
    const taken = reactions.flatMap(({ subscription, events }) => events.map((event) => ({ subscription, event })));
    await database.query({
      text: `WITH taken AS (
               SELECT * FROM unnest($1::text[], $2::text[]) AS taken (subscription, event_name)
             ), gone AS (
               DELETE FROM subscription_events WHERE road = 'bus' AND (subscription, event_name) NOT IN (SELECT * FROM taken)
             )
             INSERT INTO subscription_events (subscription, event_name, road)
             SELECT subscription, event_name, 'bus' FROM taken
             WHERE (subscription, event_name) NOT IN (SELECT subscription, event_name FROM subscription_events WHERE road = 'bus')
             ORDER BY subscription, event_name
             ON CONFLICT (subscription, event_name) DO UPDATE SET road = 'bus', since_position = NULL, since = now()`,
      values: [taken.map(({ subscription }) => subscription), taken.map(({ event }) => event)],
    });
  },
};
