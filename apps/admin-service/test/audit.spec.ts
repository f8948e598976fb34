import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { TutorRateChanged, UserProfileUpdated, UserRoleChanged, UserSuspended } from '@edtech/contracts';
import type { RecordedEvent } from '@edtech/shared-kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AuditCheckpointJob } from '../src/application/jobs/audit-checkpoint.job.ts';
import { AuditEventsConsumer } from '../src/infrastructure/event-consumers/audit-events.consumer.ts';
import { received, runningAdminService, type Answer, type RunningAdminService } from './running-admin-service.ts';

let service: RunningAdminService;
beforeEach(async () => {
  service = await runningAdminService();
});
afterEach(() => service.close());

async function audit(event: RecordedEvent): Promise<void> {
  await service.handling(() => service.get(AuditEventsConsumer).handleEvent(event));
}
function roleChanged(
  userId = randomUUID(),
  fields: Partial<RecordedEvent<UserRoleChanged>> = {},
): RecordedEvent<UserRoleChanged> {
  return received(UserRoleChanged, userId, { userId, oldRole: 'student', newRole: 'tutor' }, fields);
}
async function history(length: number): Promise<void> {
  for (let index = 0; index < length; index++) await audit(roleChanged());
}
async function checkpoint(): Promise<void> {
  await service.get(AuditCheckpointJob).turn();
}
const read = (path: string, duties = ['compliance']): Promise<Answer> =>
  service.call('GET', `/admin/audit${path}`, service.tokens.user(randomUUID(), 'admin', duties));
const verdict = async (): Promise<unknown> => (await read('/verify')).body;

/** What somebody with all rights over the database does. */
async function tamper(...statements: string[]): Promise<void> {
  const all = statements.map((statement) => `${statement};`).join(' ');
  await service.query(`SET session_replication_role = replica; ${all} SET session_replication_role = DEFAULT`);
}

describe('an entry of the audit', () => {
  test('says who did what to whom, because of what, and which fields it changed', async () => {
    const userId = randomUUID();
    const event = roleChanged(userId, {
      correlationId: 'corr-17',
      causationId: 'cause-17',
      actor: { id: 'admin-1', type: 'user', role: 'admin' },
    });
    await audit(event);
    const { body } = await read(`?aggregate=${userId}`);
    expect(body['items']).toEqual([
      expect.objectContaining({
        seq: 1,
        eventId: event.eventId,
        eventName: 'user.role_changed',
        source: 'user-service',
        aggregateType: 'User',
        aggregateId: userId,
        userId,
        actorId: 'admin-1',
        actorType: 'user',
        actorRole: 'admin',
        correlationId: 'corr-17',
        causationId: 'cause-17',
        changedFields: ['role'],
        prevHash: '',
      }),
    ]);
  });

  test('names changed fields and never their values', async () => {
    const userId = randomUUID();
    const changes = [
      { field: 'firstName', from: 'canary', to: 'canary2' },
      { field: 'bio', from: null, to: 'canary3' },
    ] as const;
    await audit(received(UserProfileUpdated, userId, { userId, changes: [...changes] }));
    await audit(received(TutorRateChanged, userId, { tutorId: userId, oldRate: 1_000, newRate: 2_000, currency: 'EUR' }));
    await audit(received(UserSuspended, userId, { userId, reason: 'canary4' }));
    const { body } = await read(`?aggregate=${userId}`);
    const items = [{ changedFields: ['reason'] }, { changedFields: ['rate'] }, { changedFields: ['firstName', 'bio'] }];
    expect(body['items']).toMatchObject(items);
    const rows = await service.query('SELECT entry::text AS text FROM audit_entries entry');
    expect(JSON.stringify(rows)).not.toContain('canary');
  });

  test('is written once for an event, however often and however many at a time come', async () => {
    const events = Array.from({ length: 12 }, () => roleChanged());
    await Promise.all([...events, ...events].map(audit));
    await Promise.all(events.map(audit));
    expect(await verdict()).toMatchObject({ ok: true, count: 12 });
  });

  test('cannot be changed, removed or emptied', async () => {
    await history(2);
    await checkpoint();
    for (const table of ['audit_entries', 'audit_checkpoints'])
      for (const statement of [`UPDATE ${table} SET seq = seq`, `DELETE FROM ${table}`, `TRUNCATE ${table}`])
        await expect(service.query(statement), statement).rejects.toThrow('the audit is append-only');
    expect(await verdict()).toMatchObject({ ok: true, count: 2 });
  });
});

describe('the query', () => {
  test('filters, newest first, page by page', async () => {
    const actor = { id: 'admin-2', type: 'user', role: 'admin' } as const;
    const days = ['01', '02', '03', '04'];
    for (const day of days) await audit(roleChanged(randomUUID(), { actor, occurredAt: `2026-11-${day}T10:00:00.000Z` }));
    await audit(roleChanged());
    const seqs = ({ body }: Answer): unknown => (Array.isArray(body['items']) ? body['items'].map((item) => item.seq) : body);
    expect(seqs(await read(''))).toEqual([5, 4, 3, 2, 1]);
    const first = await read('?actor=admin-2&limit=3');
    expect(seqs(first)).toEqual([4, 3, 2]);
    const cursor = encodeURIComponent(String(first.body['next']));
    expect(seqs(await read(`?actor=admin-2&limit=3&cursor=${cursor}`))).toEqual([1]);
    expect(await read(`?actor=admin-3&cursor=${cursor}`)).toMatchObject({ status: 400, body: { code: 'INVALID_CURSOR' } });
    expect(seqs(await read('?from=2026-11-02T00:00:00Z&to=2026-11-04T00:00:00Z'))).toEqual([3, 2]);
    expect(seqs(await read('?correlationId=unknown'))).toEqual([]);
  });

  test('is for the duty compliance', async () => {
    for (const path of ['', '/verify', '/export']) {
      expect((await read(path)).status).toBe(200);
      expect((await read(path, ['support', 'finance', 'verification', 'operations'])).status).toBe(403);
    }
  });
});

test('the export is one line for each entry, whatever their number', async () => {
  await service.query(`INSERT INTO audit_entries
    SELECT seq, gen_random_uuid(), 'user.erased', 'user-service', 1, 'User', 'u', 1, now(), now(), 'c', 'c', 'u', 'a', 'user', NULL, '{}', '', '', ''
    FROM generate_series(1, 4500) AS seq`);
  const { headers, body } = await read('/export');
  expect(headers.get('content-type')).toBe('application/x-ndjson');
  const lines = String(body['text']).trimEnd().split('\n');
  expect(lines).toHaveLength(4_500);
  expect(lines.map((line) => JSON.parse(line).seq).every((seq, index) => seq === index + 1)).toBe(true);
});

describe('verification', () => {
  test('confirms an audit as it was written, an empty one too', async () => {
    expect(await verdict()).toEqual({ ok: true, count: 0, root: '' });
    await history(5);
    const [end] = await service.query('SELECT hash FROM audit_entries WHERE seq = 5');
    expect(await verdict()).toEqual({ ok: true, count: 5, root: end?.['hash'] });
  });

  test.each([
    'event_id = gen_random_uuid()',
    `event_name = 'user.created'`,
    `source = 'tutor-service'`,
    'schema_version = 2',
    `aggregate_type = 'Payment'`,
    `aggregate_id = 'x'`,
    'stream_version = 9',
    `occurred_at = occurred_at + interval '1 ms'`,
    `recorded_at = recorded_at + interval '1 ms'`,
    `correlation_id = 'x'`,
    `causation_id = 'x'`,
    `user_id = 'x'`,
    `actor_id = 'x'`,
    `actor_type = 'service'`,
    `actor_role = NULL`,
    `changed_fields = '{}'`,
    `payload_hash = 'x'`,
    `prev_hash = 'x'`,
    `hash = 'x'`,
  ])('names the entry where %s was set', async (change) => {
    await history(3);
    await tamper(`UPDATE audit_entries SET ${change} WHERE seq = 2`);
    expect(await verdict()).toMatchObject({ ok: false, seq: 2 });
  });

  test('names an entry that was removed, and two that changed places', async () => {
    await history(5);
    await tamper('DELETE FROM audit_entries WHERE seq = 3');
    expect(await verdict()).toEqual({ ok: false, seq: 3, reason: 'entry 3 is missing' });
    await tamper('UPDATE audit_entries SET seq = 3 WHERE seq = 5');
    expect(await verdict()).toMatchObject({ ok: false, seq: 3 });
  });

  test('names the first of two that changed places', async () => {
    await history(4);
    await tamper(
      'UPDATE audit_entries SET seq = 9 WHERE seq = 2',
      'UPDATE audit_entries SET seq = 2 WHERE seq = 3',
      'UPDATE audit_entries SET seq = 3 WHERE seq = 9',
    );
    expect(await verdict()).toMatchObject({ ok: false, seq: 2 });
  });

  test('finds a cut end by the checkpoint in the database, and when that is cut too, by the file beside it', async () => {
    await history(4);
    await checkpoint();
    await tamper('DELETE FROM audit_entries WHERE seq > 2');
    expect(await verdict()).toMatchObject({ ok: false, seq: 3, reason: expect.stringContaining('signed at entry 4') });
    await tamper('DELETE FROM audit_checkpoints');
    expect(await verdict()).toMatchObject({ ok: false, seq: 3 });
  });

  test('finds a chain that was computed anew', async () => {
    await history(3);
    await checkpoint();
    await tamper('DELETE FROM audit_entries WHERE seq = 3');
    await audit(roleChanged());
    expect(await verdict()).toMatchObject({ ok: false, seq: 3, reason: 'the chain is not the one that was signed here' });
  });

  test('does not believe a checkpoint that the key of the installation did not sign', async () => {
    await history(3);
    await checkpoint();
    await tamper('UPDATE audit_checkpoints SET seq = 2');
    expect(await verdict()).toMatchObject({ ok: false, seq: 2, reason: expect.stringContaining('not signed') });
    await tamper('UPDATE audit_checkpoints SET seq = 3');
    expect(await verdict()).toMatchObject({ ok: true });
    const file = service.environment['ADMIN_AUDIT_CHECKPOINTS'] ?? '';
    await writeFile(file, (await readFile(file, 'utf8')).replace('"seq":3', '"seq":2'));
    expect(await verdict()).toMatchObject({ ok: false, seq: 2, reason: expect.stringContaining('not signed') });
  });
});

describe('the checkpoint', () => {
  const recorded = (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    service.query(`SELECT seq FROM audit_checkpoints ORDER BY seq`);

  test('is made once an hour, and only when the audit has grown', async () => {
    await checkpoint();
    expect(await recorded()).toEqual([]);
    await history(2);
    await checkpoint();
    await history(1);
    await checkpoint();
    expect(await recorded()).toEqual([{ seq: '2' }]);
    await tamper(`UPDATE audit_checkpoints SET recorded_at = recorded_at - interval '1 hour'`);
    await checkpoint();
    expect(await recorded()).toEqual([{ seq: '2' }, { seq: '3' }]);
    await tamper(`UPDATE audit_checkpoints SET recorded_at = recorded_at - interval '2 hours'`);
    await checkpoint();
    expect(await recorded()).toHaveLength(2);
    const [event] = await service.query(
      `SELECT actor, payload::json AS payload FROM domain_events WHERE event_name LIKE 'audit.%'`,
    );
    expect(event).toMatchObject({ actor: expect.stringContaining('system:audit-checkpoint'), payload: { seq: 2 } });
    expect(await verdict()).toMatchObject({ ok: true, count: 3 });
  });

  test('that a crash kept out of the file, or left half-written in it, is written again', async () => {
    const file = service.environment['ADMIN_AUDIT_CHECKPOINTS'] ?? '';
    await history(2);
    await checkpoint();
    const line = await readFile(file, 'utf8');
    await rm(file);
    await checkpoint();
    expect(await readFile(file, 'utf8')).toBe(line);
    await writeFile(file, line.slice(0, 20));
    expect(await verdict()).toMatchObject({ ok: true });
    await checkpoint();
    expect(await readFile(file, 'utf8')).toBe(line);
  });
});
