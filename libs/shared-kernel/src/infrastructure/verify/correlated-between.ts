import { MOST_LISTED, type Broken } from './broken.ts';
import type { Finding } from './check.ts';
import type { Snapshot } from './snapshot.ts';

/** I11 between two services: what the consumer recorded because of an event of the producer has its correlation. */
export async function correlatedBetween(sent: Snapshot, received: Snapshot): Promise<Finding> {
  const pages = received.pages<{ cause: string; correlation_id: string; place: string }>(
    `SELECT event.causation_id AS cause, event.correlation_id,
            event.aggregate_type || '/' || event.aggregate_id || ' version ' || event.stream_version AS place
     FROM domain_events event LEFT JOIN domain_events own ON own.event_id::text = event.causation_id
     WHERE own.id IS NULL AND event.causation_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'`,
  );
  const broken: Broken[] = [];
  let looked = 0;
  let total = 0;
  for await (const page of pages) {
    const causes = await sent.rows<{ id: string; correlation_id: string }>(
      'SELECT event_id::text AS id, correlation_id FROM domain_events WHERE event_id = ANY($1::uuid[])',
      [[...new Set(page.map(({ cause }) => cause))]],
    );
    const correlationOf = new Map(causes.map(({ id, correlation_id: correlation }) => [id, correlation]));
    for (const { cause, correlation_id: found, place } of page) {
      const expected = correlationOf.get(cause);
      if (expected === undefined) continue;
      looked++;
      if (expected === found) continue;
      total++;
      if (broken.length < MOST_LISTED)
        broken.push({ place, expected: `correlation ${expected} of its cause ${cause}`, found: `correlation ${found}` });
    }
  }
  return { looked, broken, total };
}
