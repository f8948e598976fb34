import { NO_STREAM } from '../../domain/stream-position.ts';
import { chainHash } from '../domain-events/hash-chain.ts';
import { LOG_COLUMNS, loggedEvent, type LogRow } from '../domain-events/log-row.ts';
import { MOST_LISTED, type Broken } from './broken.ts';
import { IN_SCOPE, scopeValues, type Check } from './check.ts';

interface Row extends LogRow {
  readonly before: string | null;
}

/** I9: every event hashes to what it stores, and carries the hash of the one before it. Names the first broken place of each stream. */
export const hashChain: Check = async (snapshot, scope) => {
  const partial = scope.since > 0;
  const before = `SELECT before.hash FROM domain_events before WHERE before.aggregate_type = event.aggregate_type
    AND before.aggregate_id = event.aggregate_id AND before.stream_version = event.stream_version - 1`;
  const pages = snapshot.pages<Row>(
    `SELECT ${LOG_COLUMNS}, ${partial ? `(${before})` : 'NULL'} AS before
     FROM domain_events event WHERE ${IN_SCOPE} ORDER BY aggregate_type, aggregate_id, stream_version`,
    scopeValues(scope),
  );
  const broken: Broken[] = [];
  let looked = 0;
  let total = 0;
  let stream = { type: '', id: '', broken: false, hash: '' };
  for await (const page of pages) {
    for (const row of page) {
      if (row.aggregate_type !== stream.type || row.aggregate_id !== stream.id)
        stream = { type: row.aggregate_type, id: row.aggregate_id, broken: false, hash: row.before ?? NO_STREAM.hash };
      const fault = stream.broken ? undefined : faultOf(row, stream.hash);
      stream.hash = row.hash;
      if (fault === undefined) continue;
      stream.broken = true;
      total++;
      if (broken.length < MOST_LISTED)
        broken.push({ place: `${row.aggregate_type}/${row.aggregate_id} version ${row.stream_version}`, ...fault });
    }
    looked += page.length;
    scope.progress(looked);
  }
  return {
    looked,
    broken,
    total,
    notJudged: 'a tail that was cut off together with its row: it needs an anchor outside the database',
  };
};

function faultOf(row: Row, previous: string): Omit<Broken, 'place'> | undefined {
  if (row.prev_hash !== previous) return { expected: `prev_hash ${previous}`, found: `prev_hash ${row.prev_hash}` };
  const hash = chainHash(row.prev_hash, loggedEvent(row));
  return hash === row.hash ? undefined : { expected: `hash ${hash}, that of what is stored`, found: `hash ${row.hash}` };
}
