import type { RecordedEvent } from '../domain/recorded-event.ts';

/** Statements of one batch; they commit together with the checkpoint, or not at all. */
export interface ProjectionWriter {
  query<R extends object = Record<string, unknown>>(statement: {
    readonly name?: string;
    readonly text: string;
    readonly values?: unknown[];
  }): Promise<{ readonly rows: R[] }>;
}

/**
 * A read model: the fold of a service's feed into rows of its own tables. `@Injectable()` it as a provider of the service's module.
 *
 * Name tables without a schema: a rebuild runs the same code on tables beside the live ones. What is written may depend on nothing but the
 * events and the rows of `tables`, and nothing outside may be touched: the same prefix of the feed gives the same rows, however it was cut into
 * batches.
 */
export abstract class Projection {
  /** `<service>.<read model>`; names the checkpoint: never rename it. */
  abstract readonly name: string;
  /** What it writes, and nobody else does. */
  abstract readonly tables: readonly string[];
  /** Names of the events it folds; all others pass by. */
  abstract readonly events: readonly string[];

  /** Folds some events of the feed, in feed order, payloads in their newest shape. One statement per table and batch is what makes it fast. */
  abstract project(events: readonly RecordedEvent[], write: ProjectionWriter): Promise<void>;
}
