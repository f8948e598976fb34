import { createRequire } from 'node:module';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';

const require = createRequire(import.meta.url);
const versionOf = (name) => require(`./node_modules/${name}/package.json`).version;

export const versions = Object.fromEntries(
  ['@event-driven-io/emmett', '@event-driven-io/emmett-postgresql'].map((name) => [name, versionOf(name)]),
);

/** A store in its own tables of the database, over a pool of so many connections. */
export async function open(url, connections) {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  pool.on('error', () => undefined);
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool }, schema: { autoMigration: 'None' } });
  await store.schema.migrate();
  return {
    async append(stream, version, events) {
      const expectedStreamVersion = version === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(version);
      const given = events.map(({ type, payload, metadata }) => ({ type, data: payload, metadata }));
      await store.appendToStream(stream, given, { expectedStreamVersion });
    },
    async fold(stream) {
      const { state } = await store.aggregateStream(stream, {
        initialState: () => ({ events: 0 }),
        evolve: ({ events }) => ({ events: events + 1 }),
      });
      return state.events;
    },
    /** Handles `events` messages from the first one on with a handler that does nothing. */
    async consume(processorId, events, batchSize) {
      let handled = 0;
      const consumer = store.consumer({ pulling: { batchSize } });
      consumer.reactor({
        processorId,
        startFrom: 'BEGINNING',
        eachMessage: () => {
          handled++;
        },
        stopAfter: () => handled >= events,
      });
      try {
        await consumer.start();
      } finally {
        await consumer.close();
      }
      return handled;
    },
    async close() {
      await store.close();
      await pool.end();
    },
  };
}
