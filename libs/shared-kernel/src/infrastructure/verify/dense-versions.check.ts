import { IN_SCOPE, scopeValues, type Check } from './check.ts';

/** I3: the versions of each stream are 1, 2, 3 … without a gap. */
export const denseVersions: Check = async (snapshot, scope) => {
  const values = scopeValues(scope);
  const looked = await snapshot.count(`FROM domain_events event WHERE ${IN_SCOPE}`, values);
  const found = await snapshot.broken(
    `SELECT aggregate_type || '/' || aggregate_id AS place, 'version ' || coalesce(previous, 0) + 1 AS expected, 'version ' || stream_version AS found
     FROM (SELECT aggregate_type, aggregate_id, stream_version,
             lag(stream_version) OVER (PARTITION BY aggregate_type, aggregate_id ORDER BY stream_version) AS previous
           FROM domain_events event WHERE ${IN_SCOPE}) numbered
     WHERE stream_version <> coalesce(previous, 0) + 1 AND NOT (previous IS NULL AND EXISTS (
       SELECT 1 FROM domain_events before WHERE before.aggregate_type = numbered.aggregate_type
         AND before.aggregate_id = numbered.aggregate_id AND before.stream_version = numbered.stream_version - 1))
     ORDER BY aggregate_type, aggregate_id, stream_version`,
    values,
  );
  return { looked, ...found };
};
