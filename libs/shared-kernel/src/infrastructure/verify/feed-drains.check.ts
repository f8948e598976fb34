import { MOST_LISTED } from './broken.ts';
import type { Check, Scope } from './check.ts';
import type { Snapshot } from './snapshot.ts';

/** I10: positions run 1, 2, 3 … up to the head and keep the order of every stream, and no subscription stays behind. */
export const feedDrains: Check = async (snapshot, scope) => {
  const positions = await snapshot.count('FROM domain_events WHERE position > $1', [scope.since]);
  const subscriptions = await snapshot.count('FROM subscriptions');
  const found = [
    await headIsTheLast(snapshot),
    await gaps(snapshot, scope),
    await inversions(snapshot, scope),
    await unsequenced(snapshot, scope),
    await standingStill(snapshot, scope),
  ];
  return {
    looked: positions + subscriptions,
    broken: found.flatMap(({ broken }) => broken).slice(0, MOST_LISTED),
    total: found.reduce((sum, { total }) => sum + total, 0),
  };
};

type Found = ReturnType<Snapshot['broken']>;

function headIsTheLast(snapshot: Snapshot): Found {
  return snapshot.broken(
    `SELECT 'feed_head' AS place, 'position ' || last AS expected, 'position ' || head AS found
     FROM (SELECT coalesce(max(position), 0) AS last, (SELECT position FROM feed_head) AS head FROM domain_events) feed
     WHERE head IS DISTINCT FROM last`,
  );
}

function gaps(snapshot: Snapshot, { since }: Scope): Found {
  return snapshot.broken(
    `SELECT 'feed' AS place, 'position ' || previous + 1 AS expected, 'position ' || position AS found
     FROM (SELECT position, lag(position, 1, $1::bigint) OVER (ORDER BY position) AS previous FROM domain_events WHERE position > $1) placed
     WHERE position <> previous + 1 ORDER BY position`,
    [since],
  );
}

function inversions(snapshot: Snapshot, { since }: Scope): Found {
  const last = '9223372036854775807';
  return snapshot.broken(
    `SELECT aggregate_type || '/' || aggregate_id || ' version ' || stream_version AS place, 'a position after ' || previous AS expected,
            'position ' || position AS found
     FROM (SELECT aggregate_type, aggregate_id, stream_version, position, lag(coalesce(position, ${last})) OVER
             (PARTITION BY aggregate_type, aggregate_id ORDER BY stream_version) AS previous
           FROM domain_events WHERE position IS NULL OR position > $1) placed
     WHERE previous > position ORDER BY position`,
    [since],
  );
}

function unsequenced(snapshot: Snapshot, { graceMs }: Scope): Found {
  return snapshot.broken(
    `SELECT aggregate_type || '/' || aggregate_id || ' version ' || stream_version AS place, 'a position in the feed' AS expected,
            'none since ' || recorded_at AS found
     FROM domain_events WHERE position IS NULL AND recorded_at <= now() - $1 * interval '1 ms' ORDER BY id`,
    [graceMs],
  );
}

/** Behind for longer than the grace; the clock is that of the first event that waits. */
function standingStill(snapshot: Snapshot, { graceMs }: Scope): Found {
  return snapshot.broken(
    `SELECT 'subscription ' || name AS place, 'a checkpoint at the head ' || head AS expected,
            CASE WHEN checkpoint > head THEN 'checkpoint ' || checkpoint
                 WHEN state = 'stopped' OR last_error IS NOT NULL
                   THEN 'stands still: ' || state || ' at checkpoint ' || checkpoint || coalesce(', ' || last_error, '')
                 ELSE 'running, but at checkpoint ' || checkpoint || ' since ' || next.recorded_at END AS found
     FROM subscriptions CROSS JOIN (SELECT coalesce(max(position), 0) AS head FROM feed_head) feed
       LEFT JOIN domain_events next ON next.position = checkpoint + 1
     WHERE checkpoint > head OR (checkpoint < head AND next.recorded_at <= now() - $1 * interval '1 ms')
     ORDER BY name`,
    [graceMs],
  );
}
