import type { PoolClient } from 'pg';
import type { RecordedEvent } from '../../domain/recorded-event.ts';

type Stream = Pick<RecordedEvent, 'aggregateType' | 'aggregateId' | 'streamVersion'>;

/** Restores per stream what the bus does not keep: order. All calls run in the transaction of the effect. */
export const consumedVersions = {
  /**
   * `next`: apply it now (the new version is noted). `outdated`: a newer one (latest) or this one (strict) was applied. `held`: its
   * predecessor is missing; it is stored and applied when the gap fills.
   */
  async place(
    client: PoolClient,
    subscription: string,
    event: RecordedEvent,
    order: 'latest' | 'strict',
  ): Promise<'next' | 'outdated' | 'held'> {
    const stream = streamOf(event);
    if (order === 'latest')
      return (await note(client, subscription, event, 'consumed.stream_version < excluded.stream_version')) ? 'next' : 'outdated';
    await client.query({
      name: 'consumed-versions-start',
      text: 'INSERT INTO consumed_versions (subscription, stream, stream_version) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING',
      values: [subscription, stream],
    });
    const { rows } = await client.query<{ stream_version: number }>({
      name: 'consumed-versions-lock',
      text: 'SELECT stream_version FROM consumed_versions WHERE subscription = $1 AND stream = $2 FOR UPDATE',
      values: [subscription, stream],
    });
    const applied = rows[0]?.stream_version ?? 0;
    if (event.streamVersion <= applied) return 'outdated';
    if (event.streamVersion === applied + 1) {
      await note(client, subscription, event, 'true');
      return 'next';
    }
    await client.query({
      text: 'INSERT INTO held_messages (subscription, stream, stream_version, message) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      values: [subscription, stream, event.streamVersion, JSON.stringify(event)],
    });
    return 'held';
  },

  /** The held successor of `event`, noted as applied and no longer held; undefined when it has not come yet. */
  async release(client: PoolClient, subscription: string, event: Stream): Promise<RecordedEvent | undefined> {
    const { rows } = await client.query<{ message: string }>({
      text: 'DELETE FROM held_messages WHERE subscription = $1 AND stream = $2 AND stream_version = $3 RETURNING message',
      values: [subscription, streamOf(event), event.streamVersion + 1],
    });
    const [held] = rows;
    if (held === undefined) return undefined;
    const next: RecordedEvent = JSON.parse(held.message);
    await note(client, subscription, next, 'true');
    return next;
  },
};

function streamOf(event: Stream): string {
  return `${event.aggregateType}/${event.aggregateId}`;
}

async function note(client: PoolClient, subscription: string, event: Stream, condition: string): Promise<boolean> {
  const { rowCount } = await client.query({
    text: `INSERT INTO consumed_versions AS consumed (subscription, stream, stream_version) VALUES ($1, $2, $3)
           ON CONFLICT (subscription, stream) DO UPDATE SET stream_version = excluded.stream_version WHERE ${condition}`,
    values: [subscription, streamOf(event), event.streamVersion],
  });
  return rowCount === 1;
}
