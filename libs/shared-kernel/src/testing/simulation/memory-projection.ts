import type { Projection, ProjectionWriter } from '../../application/projection.ts';
import type { FeedTerm } from '../../infrastructure/subscriptions/feed.ts';
import type { SeededRandom } from '../faults/seeded-random.ts';
import { recordedOf, type MemoryDatabase } from './memory-database.ts';

/** What the statements of a projection do to the tables of its service's twins, by the names of the statements; each answers its rows. */
export type Statements = Readonly<Record<string, (values: readonly unknown[]) => readonly object[] | void>>;

export interface ProjectionParts {
  readonly term: FeedTerm;
  readonly database: MemoryDatabase;
  readonly statements: Statements;
  /** Cuts the feed into batches. */
  readonly random: SeededRandom;
}

const LARGEST_BATCH = 8;

/**
 * Runs one projection over the feed. It stands for `projections/projection-consumer.ts`: rows and checkpoint of a batch commit together. One that
 * throws ends the run: nothing in a simulation is meant to be poison to it.
 */
export async function project(projection: Projection, parts: ProjectionParts): Promise<void> {
  const { term, database, random } = parts;
  const write = writerOf(projection, parts);
  while (!term.ended.aborted) {
    const events = await term.take(random.between(1, LARGEST_BATCH));
    await database.run(async () => {
      await projection.project(
        events.map((event) => recordedOf(event, database.contracts)),
        write,
      );
      database.checkpoints.set(projection.name, { position: events.at(-1)?.position ?? 0 });
    });
  }
}

function writerOf(projection: Projection, { database, statements }: ProjectionParts): ProjectionWriter {
  return {
    query: async <R extends object>({ name = '', values = [] }: { readonly name?: string; readonly values?: unknown[] }) => {
      const statement = statements[name];
      if (statement === undefined) throw new StatementUnknown(projection.name, name);
      await database.scheduler.step(database.owner, `${projection.name} ${name}`);
      const rows: R[] = JSON.parse(JSON.stringify(statement(values) ?? []));
      return { rows };
    },
  };
}

/** A projection sends what its twin does not know. */
export class StatementUnknown extends Error {
  readonly code = 'STATEMENT_UNKNOWN';

  constructor(projection: string, statement: string) {
    super(`${projection} sends the statement ${JSON.stringify(statement)}, which its twin in memory does not know; add it there`);
    this.name = 'StatementUnknown';
  }
}
