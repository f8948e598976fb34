import type { Broken } from './broken.ts';
import type { Snapshot } from './snapshot.ts';
import type { Invariant } from './verdict.ts';

/** Part of a service's history that is looked at. */
export interface Scope {
  readonly service: string;
  readonly stream: { readonly aggregateType: string; readonly aggregateId: string } | undefined;
  /** Events after this position of the feed; 0: all. */
  readonly since: number;
  /** What is younger is work under way. */
  readonly graceMs: number;
  readonly canaries: readonly string[];
  /** `table.column` in which a canary may stand. */
  readonly allowed: readonly string[];
  /** Called now and then with the number of what was looked at so far. */
  readonly progress: (looked: number) => void;
}

export interface Finding {
  readonly looked: number;
  /** The first 100. */
  readonly broken: readonly Broken[];
  readonly total: number;
  /** What of the invariant could not be judged here. */
  readonly notJudged?: string | undefined;
  /** What of it should have been judged and could not be. */
  readonly undecided?: string | undefined;
}

/** One invariant, judged in one snapshot. Reads only. */
export type Check = (snapshot: Snapshot, scope: Scope) => Promise<Finding>;

export type Checks = Readonly<Partial<Record<Invariant, Check>>>;

/** Condition on `domain_events event` whose values are `scopeValues`: $1 to $3 of the statement. */
export const IN_SCOPE = `($1::text IS NULL OR (event.aggregate_type = $1 AND event.aggregate_id = $2::text))
  AND (event.position IS NULL OR event.position > $3::bigint)`;

export function scopeValues({ stream, since }: Scope): [string | null, string | null, number] {
  return [stream?.aggregateType ?? null, stream?.aggregateId ?? null, since];
}
