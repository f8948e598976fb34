import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../src/application/stored-event.ts';
import { chainHash } from '../../src/infrastructure/domain-events/hash-chain.ts';
import { Snapshot } from '../../src/infrastructure/verify/snapshot.ts';
import { StoppedService } from './stopped-service.fixture.ts';
import { invariants, places } from './verify.fixture.ts';

const service = StoppedService.forEachTest();

const A2 = `aggregate_id = 'a' AND stream_version = 2`;

describe('F29 a change of any stored byte is found where it was made', () => {
  const changes: Record<string, string> = {
    event_id: 'gen_random_uuid()',
    event_name: `'lamp.sold'`,
    schema_version: 'schema_version + 1',
    aggregate_type: `'Lamp '`,
    aggregate_id: `'A'`,
    stream_version: '77',
    occurred_at: `occurred_at + interval '1 microsecond'`,
    recorded_at: `recorded_at - interval '1 millisecond'`,
    correlation_id: `correlation_id || ' '`,
    causation_id: 'upper(causation_id)',
    user_id: `''`,
    actor: `replace(actor, 'u-1', 'u-2')`,
    traceparent: `'00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'`,
    payload: `payload || ' '`,
    prev_hash: `overlay(prev_hash placing 'x' from 64)`,
    hash: `overlay(hash placing 'x' from 1)`,
  };
  test.for(Object.entries(changes))('%s', async ([column, value]) => {
    const verdict = await service.after(`UPDATE domain_events SET ${column} = ${value} WHERE ${A2}`);
    const moved: Record<string, string> = { aggregate_type: 'Lamp /a', aggregate_id: 'Lamp/A' };
    const version = column === 'stream_version' ? 3 : 2;
    expect(places(verdict)).toContain(`I9 ${moved[column] ?? 'Lamp/a'} version ${version}`);
  });

  test('every column is among them, save the place in the feed and the order of insertion, which are no history', async () => {
    const rows = await Snapshot.of(service.url, (snapshot) =>
      snapshot.rows<{ name: string }>(
        `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'domain_events'`,
      ),
    );
    const rest = rows.map(({ name }) => name).filter((name) => !(name in changes));
    expect(rest.toSorted()).toEqual(['id', 'position']);
  });
});

/** Another payload for a stored event, with the hash that belongs to it. */
async function forge(aggregateId: string, streamVersion: number): Promise<string> {
  const [row] = await Snapshot.of(service.url, (snapshot) =>
    snapshot.rows<Omit<StoredEvent, 'occurredAt' | 'recordedAt'> & { occurredAt: Date; recordedAt: Date; prevHash: string }>(
      `SELECT event_id AS "eventId", event_name AS "eventName", schema_version AS "schemaVersion", aggregate_type AS "aggregateType",
              aggregate_id AS "aggregateId", stream_version AS "streamVersion", occurred_at AS "occurredAt", recorded_at AS "recordedAt",
              correlation_id AS "correlationId", causation_id AS "causationId", user_id AS "userId", actor, prev_hash AS "prevHash"
       FROM domain_events WHERE aggregate_id = $1 AND stream_version = $2`,
      [aggregateId, streamVersion],
    ),
  );
  if (row === undefined) throw new Error(`there is no version ${streamVersion} of ${aggregateId}`);
  const { occurredAt, recordedAt, prevHash, ...event } = row;
  const times = { occurredAt: occurredAt.toISOString(), recordedAt: recordedAt.toISOString() };
  const hash = chainHash(prevHash, { ...event, ...times, payload: '{}' });
  return `UPDATE domain_events SET payload = '{}', hash = '${hash}' WHERE event_id = '${row.eventId}'`;
}

test('an event that was forged with its hash is betrayed by the next one, the last of a stream by its row', async () => {
  expect(places(await service.after(await forge('a', 2)))).toEqual(['I9 Lamp/a version 3']);
  await service.run(await forge('b', 1));
  expect(places(await service.verdict())).toEqual(['I6 lamps b', 'I9 Lamp/a version 3']);
});

test('only the first broken place of a stream is named, and every broken stream is', async () => {
  const verdict = await service.after(`UPDATE domain_events SET payload = payload || ' ' WHERE aggregate_id IN ('a', 'p', 'c')`);
  expect(places(verdict)).toEqual(['I9 Lamp/a version 1', 'I9 Lamp/c version 1', 'I9 Lamp/p version 1']);
  expect(verdict.violations[0]).toMatchObject({
    expected: expect.stringMatching(/^hash [0-9a-f]{64}, that of what is stored$/),
    found: expect.stringMatching(/^hash [0-9a-f]{64}$/),
  });
});

test('a deleted event leaves a gap in its stream, in the chain and in the feed', async () => {
  const verdict = await service.after(`DELETE FROM domain_events WHERE ${A2}`);
  expect(places(verdict)).toEqual(['I3 Lamp/a', 'I9 Lamp/a version 3', 'I10 feed']);
  expect(verdict.violations[0]).toMatchObject({ expected: 'version 2', found: 'version 3' });
});

test('a deleted first event too', async () => {
  const verdict = await service.after(`DELETE FROM domain_events WHERE aggregate_id = 'a' AND stream_version = 1`);
  expect(places(verdict)).toEqual(['I3 Lamp/a', 'I9 Lamp/a version 2', 'I10 feed']);
});

test('a tail that was cut off, feed and checkpoints set back, is betrayed by the row of the aggregate', async () => {
  const verdict = await service.after(
    `DELETE FROM domain_events WHERE position = 11`,
    `UPDATE feed_head SET position = 10`,
    `UPDATE subscriptions SET checkpoint = 10`,
  );
  expect(places(verdict)).toEqual(['I6 lamps a']);
  expect(verdict.violations[0]?.expected).toMatch(/^version 3, hash [0-9a-f]{64} of Lamp\/a$/);
  expect(verdict.violations[0]?.found).toMatch(/^version 4, hash [0-9a-f]{64}$/);
});

test('two events of a stream that changed places are found', async () => {
  const verdict = await service.after(
    `UPDATE domain_events SET stream_version = 99 WHERE ${A2}`,
    `UPDATE domain_events SET stream_version = 2 WHERE aggregate_id = 'a' AND stream_version = 3`,
    `UPDATE domain_events SET stream_version = 3 WHERE aggregate_id = 'a' AND stream_version = 99`,
  );
  expect(places(verdict)).toEqual(['I9 Lamp/a version 2', 'I10 Lamp/a version 3']);
});

test('P12 a row that moved on without an event is found, as is one that stayed behind', async () => {
  const verdict = await service.after(
    `UPDATE lamps SET stream_version = 2 WHERE id = 'b'`,
    `UPDATE lamps SET stream_version = 3, stream_hash = (SELECT hash FROM domain_events WHERE aggregate_id = 'a' AND stream_version = 3) WHERE id = 'a'`,
  );
  expect(places(verdict).toSorted()).toEqual(['I6 lamps a', 'I6 lamps b']);
});

test('a row that was erased is no violation', async () => {
  expect((await service.after(`DELETE FROM lamps WHERE id = 'b'`)).violations).toEqual([]);
});

describe('I11', () => {
  const rehash = 'UPDATE domain_events SET prev_hash = prev_hash';
  test.for([
    ['an actor that is no actor', `actor = '{"id":"u-1"}'`],
    ['an actor that is no JSON', `actor = 'somebody'`],
    ['a system that poses as a user', `actor = '{"id":"system:lamp-service.lights","type":"user"}'`],
    ['nobody it is about', `user_id = ''`],
    ['no cause', `causation_id = ''`],
    ['another correlation than its cause', `correlation_id = 'other'`],
    ['a cause that comes after it', `causation_id = (SELECT event_id::text FROM domain_events WHERE position = 11)`],
  ] as const)('an event with %s is found', async ([, change]) => {
    const verdict = await service.after(`UPDATE domain_events SET ${change} WHERE position = 11`, rehash);
    expect(invariants(verdict)).toEqual(['I9', 'I11']);
    expect(places(verdict)).toContain('I11 Lamp/a version 4');
  });

  test('an event that a command of a saga caused has the correlation of the saga', async () => {
    const saga = `INSERT INTO sagas VALUES ('s', 'k', 'completed', '{}', 1, 'corr-1', NULL, now(), now())`;
    const command = `INSERT INTO saga_commands (id, saga, key, step, command, payload, status, next_attempt, causation_id, created_at)
      VALUES ('5a0d9c1e-6f0b-5d0e-9d0a-2f4f5f1c7b11', 's', 'k', 1, 'c', '{}', 'done', now(), 'm', now())`;
    const cause = `UPDATE domain_events SET causation_id = '5a0d9c1e-6f0b-5d0e-9d0a-2f4f5f1c7b11' WHERE position = 1`;
    expect(invariants(await service.after(saga, command, cause))).toEqual(['I9']);
    await service.run(`UPDATE sagas SET correlation_id = 'other'`);
    expect(places(await service.verdict())).toContain('I11 Lamp/a version 1');
  });
});

test('of many violations the first hundred are listed, and all are counted', async () => {
  const verdict = await service.after(
    `INSERT INTO lamps SELECT 'x' || n, 'x' || n, 0, 1, 'no hash', now() FROM generate_series(1, 250) AS n`,
  );
  expect([verdict.violations.length, verdict.checked.find(({ invariant }) => invariant === 'I6')?.violations]).toEqual([
    100, 250,
  ]);
});
