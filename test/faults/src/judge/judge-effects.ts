import type pg from 'pg';
import type { RunningServiceInCell } from '../cell/cell.ts';
import type { Counts, Finding, Judgement } from './finding.ts';

const MOST_SHOWN = 5;

interface Pair {
  subscription: string;
  place: string;
  detail: string;
}

interface OrderOfEffects {
  /** Subscriptions to which every event counts by itself. */
  readonly unordered: readonly string[];
  readonly strict: readonly string[];
}

/** I4 and I5 of one service, and how many events it has recorded and effects it has had. */
export async function judgeEffects(
  { name, database }: RunningServiceInCell,
  { unordered, strict }: OrderOfEffects,
): Promise<Omit<Judgement, 'counts'> & { readonly counts: Pick<Counts, 'doubled' | 'inverted' | 'gaps'> }> {
  const doubled = await doubledEffects(database, name);
  const inverted = await invertedEffects(database, name, unordered);
  const gaps = await gapsInEffects(database, name, strict);
  const { rows } = await database.query<{ events: number; effects: number }>(
    'SELECT (SELECT count(*) FROM domain_events)::int AS events, (SELECT count(*) FROM observed_effects)::int AS effects',
  );
  return {
    findings: [...doubled.findings, ...inverted.findings, ...gaps.findings],
    counts: { doubled: doubled.count, inverted: inverted.count, gaps: gaps.count },
    events: rows[0]?.events ?? 0,
    effects: rows[0]?.effects ?? 0,
  };
}

/** I4: an effect in our own database took place once for each event and subscription. */
async function doubledEffects(database: pg.Pool, service: string): Promise<{ count: number; findings: Finding[] }> {
  return ask(
    database,
    service,
    'I4',
    `SELECT subscription, event_id::text AS place, count(*) || ' effects, 1 expected' AS detail FROM observed_effects
     WHERE effect = 'database' GROUP BY subscription, event_id HAVING count(*) > 1`,
  );
}

/** I5: no effect of a stream came after one of a later version. Of what counts by itself, in any order, nothing is asked. */
async function invertedEffects(
  database: pg.Pool,
  service: string,
  unordered: readonly string[],
): Promise<{ count: number; findings: Finding[] }> {
  return ask(
    database,
    service,
    'I5',
    `SELECT subscription, stream AS place, 'version ' || stream_version || ' after ' || before AS detail FROM (
       SELECT subscription, stream, stream_version, effect, lag(stream_version) OVER (PARTITION BY subscription, stream ORDER BY id) AS before
       FROM observed_effects WHERE NOT subscription = ANY($1) AND effect = 'database') ordered
     WHERE stream_version < before`,
    [unordered],
  );
}

/** I5 for a strict consumer: the versions of a stream are applied without a gap. */
async function gapsInEffects(
  database: pg.Pool,
  service: string,
  strict: readonly string[],
): Promise<{ count: number; findings: Finding[] }> {
  return ask(
    database,
    service,
    'I5',
    `SELECT subscription, stream AS place, 'version ' || stream_version || ' after ' || coalesce(before, 0) AS detail FROM (
       SELECT subscription, stream, stream_version, lag(stream_version) OVER (PARTITION BY subscription, stream ORDER BY id) AS before
       FROM observed_effects WHERE subscription = ANY($1)) ordered
     WHERE stream_version > coalesce(before, 0) + 1`,
    [strict],
  );
}

async function ask(
  database: pg.Pool,
  service: string,
  invariant: string,
  text: string,
  values: unknown[] = [],
): Promise<{ count: number; findings: Finding[] }> {
  const { rows } = await database.query<Pair>(text, values);
  return {
    count: rows.length,
    findings: rows.slice(0, MOST_SHOWN).map(({ subscription, place, detail }) => ({
      invariant,
      place: `${service} ${subscription} ${place}`,
      detail,
    })),
  };
}
