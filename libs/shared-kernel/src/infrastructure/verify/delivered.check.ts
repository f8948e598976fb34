import { publisherOf } from '../event-bridge/event-bridge.publisher.ts';
import { INBOX_KNOWS } from '../inbox/inbox.ts';
import { IN_SCOPE, scopeValues, type Check } from './check.ts';

const TAKEN = `FROM subscription_events taken
  JOIN subscriptions subscription ON subscription.name = taken.subscription
  JOIN domain_events event ON event.event_name = taken.event_name
    AND event.position > taken.since_position AND event.position <= subscription.checkpoint
  LEFT JOIN inbox ON inbox.subscription = taken.subscription AND inbox.event_id = event.event_id
  LEFT JOIN parked_events parked ON parked.subscription = taken.subscription AND parked.event_id = event.event_id::text
  WHERE taken.road = 'feed' AND taken.subscription <> $4 AND event.recorded_at > now() - ${INBOX_KNOWS} AND ${IN_SCOPE}`;

const MISSING = 'inbox.event_id IS NULL AND parked.id IS NULL';

/** I2 inside a service: what a subscription has passed it has handled or parked. The publisher keeps no inbox: see `verifyBetween`. */
export const delivered: Check = async (snapshot, scope) => {
  const values = [...scopeValues(scope), publisherOf(scope.service)];
  const [passed] = await snapshot.rows<{ looked: string; missing: string }>(
    `SELECT count(*) AS looked, count(*) FILTER (WHERE ${MISSING}) AS missing ${TAKEN}`,
    values,
  );
  const found =
    Number(passed?.missing ?? 0) === 0
      ? { broken: [], total: 0 }
      : await snapshot.broken(
          `SELECT taken.subscription || ', ' || event.aggregate_type || '/' || event.aggregate_id || ' version ' || event.stream_version AS place,
                  'handled or parked: the checkpoint ' || subscription.checkpoint || ' has passed ' || event.event_name || ' at ' || event.position AS expected,
                  'no inbox row and nothing parked for event ' || event.event_id AS found
           ${TAKEN} AND ${MISSING} ORDER BY event.position, taken.subscription`,
          values,
        );
  const silent = await snapshot.rows<{ name: string }>(
    `SELECT name FROM subscriptions WHERE NOT EXISTS (SELECT 1 FROM subscription_events WHERE subscription = name) ORDER BY name`,
  );
  return {
    looked: Number(passed?.looked ?? 0),
    ...found,
    notJudged: silent.length === 0 ? undefined : `${silent.map(({ name }) => name).join(', ')}: has never said what it takes`,
  };
};
