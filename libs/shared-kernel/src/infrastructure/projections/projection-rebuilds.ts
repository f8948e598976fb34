import type { Database } from '../database/database.ts';
import type { TableComparison } from './shadow-tables.ts';

export interface RebuildStatus {
  readonly projection: string;
  readonly state: 'requested' | 'building' | 'swapped' | 'failed';
  /** Positions of the feed, of the `target` that was its head when the rebuild began. */
  readonly processed: number;
  readonly target: number;
  /** Of the tables at the moment of the swap; null before it, and when the live ones stood at another event. */
  readonly comparison: readonly TableComparison[] | null;
  readonly error: string | null;
}

/** Requests for rebuilds and how far they are; they survive the process. */
export class ProjectionRebuilds {
  constructor(private readonly database: Database) {}

  /** Begins again from nothing, also when one is under way. The live tables go on until the swap. */
  async request(projection: string): Promise<void> {
    await this.database.query({
      text: `INSERT INTO projection_rebuilds (projection, state) VALUES ($1, 'requested')
             ON CONFLICT (projection) DO UPDATE SET state = 'requested', checkpoint = 0, target = 0, comparison = NULL, error = NULL,
               started_at = now(), updated_at = now()`,
      values: [projection],
    });
  }

  async status(): Promise<RebuildStatus[]> {
    const { rows } = await this.database.query<{
      projection: string;
      state: RebuildStatus['state'];
      checkpoint: string;
      target: string;
      comparison: TableComparison[] | null;
      error: string | null;
    }>({ text: 'SELECT projection, state, checkpoint, target, comparison, error FROM projection_rebuilds ORDER BY projection' });
    return rows.map(({ projection, state, checkpoint, target, comparison, error }) => ({
      projection,
      state,
      processed: Math.min(Number(checkpoint), Number(target)),
      target: Number(target),
      comparison,
      error,
    }));
  }
}
