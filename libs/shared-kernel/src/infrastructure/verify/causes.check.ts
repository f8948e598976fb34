import { z } from 'zod';
import { MOST_LISTED, type Broken } from './broken.ts';
import { IN_SCOPE, scopeValues, type Check, type Finding, type Scope } from './check.ts';
import type { Snapshot } from './snapshot.ts';

const actorSchema = z.object({ id: z.string().min(1), type: z.enum(['user', 'service', 'system']) });

const PLACE = `event.aggregate_type || '/' || event.aggregate_id || ' version ' || event.stream_version`;

/**
 * I11: every event says who did it, whom it is about and what caused it. A cause in the same log has its place in the feed before its
 * effect, because it was delivered from there: so no causes run in a circle. Cause and effect share the correlation.
 */
export const causes: Check = async (snapshot, scope) => {
  const values = scopeValues(scope);
  const actors = await actorsOf(snapshot, scope);
  const unnamed = await snapshot.broken(
    `SELECT ${PLACE} AS place, 'a user it is about, a correlation and a cause' AS expected,
            'user_id "' || user_id || '", correlation_id "' || correlation_id || '", causation_id "' || causation_id || '"' AS found
     FROM domain_events event WHERE (user_id = '' OR correlation_id = '' OR causation_id = '') AND ${IN_SCOPE} ORDER BY event.id`,
    values,
  );
  const circular = await snapshot.broken(
    `SELECT ${PLACE} AS place, 'a cause with a place in the feed before ' || coalesce(event.position::text, 'it') AS expected,
            'caused by ' || event.causation_id || ' at ' || coalesce(cause.position::text, 'no position') AS found
     FROM domain_events event JOIN domain_events cause ON cause.event_id::text = event.causation_id
     WHERE coalesce(cause.position >= event.position, cause.position IS NULL) AND ${IN_SCOPE} ORDER BY event.id`,
    values,
  );
  const uncorrelated = await snapshot.broken(
    `SELECT ${PLACE} AS place, 'correlation ' || cause.correlation_id || ' of its cause ' || event.causation_id AS expected,
            'correlation ' || event.correlation_id AS found
     FROM domain_events event JOIN (
       SELECT event_id::text AS id, correlation_id FROM domain_events
       UNION ALL SELECT command.id::text, saga.correlation_id FROM saga_commands command JOIN sagas saga USING (saga, key)
     ) cause ON cause.id = event.causation_id
     WHERE cause.correlation_id <> event.correlation_id AND ${IN_SCOPE} ORDER BY event.id`,
    values,
  );
  const found = [actors, unnamed, circular, uncorrelated];
  return {
    looked: actors.looked,
    broken: found.flatMap(({ broken }) => broken).slice(0, MOST_LISTED),
    total: found.reduce((sum, { total }) => sum + total, 0),
    notJudged: 'whether the actor is the one who asked: the log alone does not tell',
  };
};

/** There are far fewer actors than events: each is read once. */
async function actorsOf(snapshot: Snapshot, scope: Scope): Promise<Finding> {
  const pages = snapshot.pages<{ actor: string; count: string; place: string }>(
    `SELECT known.actor, known.count, ${PLACE} AS place
     FROM (SELECT actor, count(*) AS count, min(id) AS first FROM domain_events event WHERE ${IN_SCOPE} GROUP BY actor) known
       JOIN domain_events event ON event.id = known.first`,
    scopeValues(scope),
  );
  const broken: Broken[] = [];
  let looked = 0;
  let total = 0;
  for await (const page of pages) {
    for (const { actor, count, place } of page) {
      looked += Number(count);
      const fault = faultOf(actor);
      if (fault === undefined) continue;
      total += Number(count);
      if (broken.length < MOST_LISTED) broken.push({ place, ...fault, found: `${fault.found}, in ${count} events` });
    }
  }
  return { looked, broken, total };
}

function faultOf(text: string): Omit<Broken, 'place'> | undefined {
  const actor = actorSchema.safeParse(parsed(text)).data;
  if (actor === undefined) return { expected: 'an actor with id and type', found: `actor ${text}` };
  const posed = actor.type === 'user' && /^system(?::|$)/.test(actor.id);
  return posed ? { expected: 'an actor of the type system', found: `actor ${text}` } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
