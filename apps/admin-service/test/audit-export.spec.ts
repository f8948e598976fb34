import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserRoleChanged } from '@edtech/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAuditExport, type AuditSignatures, type ExportVerdict } from '../src/admin-service.module.ts';
import { AuditCheckpointJob } from '../src/application/jobs/audit-checkpoint.job.ts';
import { AuditEventsConsumer } from '../src/infrastructure/event-consumers/audit-events.consumer.ts';
import { received, runningAdminService, type RunningAdminService } from './running-admin-service.ts';

let service: RunningAdminService;
let signatures: AuditSignatures;
let folder: string;
/** Six entries; a checkpoint was signed at the fourth. */
let lines: readonly string[];

beforeAll(async () => {
  service = await runningAdminService();
  folder = await mkdtemp(join(tmpdir(), 'audit-export-'));
  await happens(4);
  await service.get(AuditCheckpointJob).turn();
  await happens(2);
  lines = await exported();
  const { ADMIN_AUDIT_CHECKPOINTS: checkpoints = '', ADMIN_AUDIT_KEY: key = '' } = service.environment;
  signatures = { checkpoints, key };
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

async function happens(times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    const userId = randomUUID();
    const event = received(UserRoleChanged, userId, { userId, oldRole: 'student', newRole: 'tutor' });
    await service.handling(() => service.get(AuditEventsConsumer).handleEvent(event));
  }
}
async function exported(): Promise<string[]> {
  const compliance = service.tokens.user(randomUUID(), 'admin', ['compliance']);
  const { body } = await service.call('GET', '/admin/audit/export', compliance);
  return String(body['text']).trimEnd().split('\n');
}
/** The third line with another text for a part of it. */
function changed(part: string | RegExp, text: string): readonly string[] {
  const line = lines[2] ?? '';
  const other = line.replace(part, text);
  expect(other).not.toBe(line);
  return lines.with(2, other);
}
const verdict = (copy: readonly string[]): Promise<ExportVerdict> => verifyAuditExport(copy, signatures);

describe('an exported audit', () => {
  test('is confirmed away from the database, with its root and how far it is signed', async () => {
    const root = JSON.parse(lines[5] ?? '').hash;
    expect(await verdict(lines)).toEqual({ ok: true, count: 6, root, signedUpTo: 4 });
    expect(await verifyAuditExport(lines)).toEqual({ ok: true, count: 6, root, signedUpTo: 0 });
    expect(await verifyAuditExport([])).toEqual({ ok: true, count: 0, root: '', signedUpTo: 0 });
  });

  test('is named by the entry in which any field is another, missing or new', async () => {
    const entry: Readonly<Record<string, unknown>> = JSON.parse(lines[2] ?? '');
    const fields = Object.keys(entry);
    expect(fields).toHaveLength(20);
    for (const field of fields) {
      const value = entry[field];
      const other = typeof value === 'number' ? value + 1 : Array.isArray(value) ? [...value, 'x'] : `${String(value)}x`;
      const copies = [{ ...entry, [field]: other }, Object.fromEntries(Object.entries(entry).filter(([name]) => name !== field))];
      for (const copy of copies) {
        const found = await verdict(lines.with(2, JSON.stringify(copy)));
        expect([field, found]).toEqual([field, { ok: false, seq: 3, reason: expect.any(String) }]);
      }
    }
    expect(await verdict(lines.with(2, JSON.stringify({ ...entry, note: 'x' })))).toMatchObject({ ok: false, seq: 3 });
  });

  test('is named by the line that reads differently: a field given twice, spaces, no JSON, nothing', async () => {
    const unwritten = { ok: false, seq: 3, reason: 'the line is none that the export wrote' };
    expect(await verdict(changed('{', '{"actorId":"somebody",'))).toEqual(unwritten);
    expect(await verdict(changed('{', '{ '))).toEqual(unwritten);
    expect(await verdict(changed(/.{20}$/, ''))).toEqual(unwritten);
    expect(await verdict(lines.with(2, ''))).toEqual(unwritten);
  });

  test('is named by the first entry that was left out or moved', async () => {
    const [, , third = '', fourth = ''] = lines;
    expect(await verdict(lines.toSpliced(2, 1))).toEqual({ ok: false, seq: 3, reason: 'entry 3 is missing' });
    expect(await verdict(lines.toSpliced(2, 2, fourth, third))).toMatchObject({ ok: false, seq: 3 });
    expect(await verdict(lines.toSpliced(3, 0, third))).toMatchObject({ ok: false, seq: 3 });
    expect(await verdict(lines.slice(1))).toMatchObject({ ok: false, seq: 1 });
  });

  test('that ends before what was signed is said to', async () => {
    expect(await verdict(lines.slice(0, 2))).toMatchObject({ ok: true, count: 2, signedUpTo: 4 });
  });

  test('that was computed anew from its beginning contradicts what was signed', async () => {
    const other = await runningAdminService();
    try {
      const userId = randomUUID();
      const event = received(UserRoleChanged, userId, { userId, oldRole: 'student', newRole: 'tutor' });
      for (let n = 0; n < 5; n++)
        await other.handling(() => other.get(AuditEventsConsumer).handleEvent({ ...event, eventId: randomUUID() }));
      const compliance = other.tokens.user(randomUUID(), 'admin', ['compliance']);
      const forged = String((await other.call('GET', '/admin/audit/export', compliance)).body['text'])
        .trimEnd()
        .split('\n');
      expect(await verifyAuditExport(forged)).toMatchObject({ ok: true, count: 5 });
      expect(await verdict(forged)).toEqual({ ok: false, seq: 4, reason: 'the chain is not the one that was signed here' });
    } finally {
      await other.close();
    }
  });

  test('is not held against checkpoints that somebody else signed', async () => {
    const checkpoints = join(folder, 'checkpoints.ndjson');
    await writeFile(checkpoints, (await readFile(signatures.checkpoints, 'utf8')).replace('"seq":4', '"seq":3'));
    expect(await verifyAuditExport(lines, { ...signatures, checkpoints })).toMatchObject({
      ok: false,
      seq: 3,
      reason: expect.stringContaining('not signed'),
    });
  });

  test('is not judged with checkpoints and no key, and no key is made', async () => {
    const key = join(folder, 'key.pem');
    await expect(verifyAuditExport(lines, { ...signatures, key })).rejects.toThrow('key.pem (ADMIN_AUDIT_KEY) is missing');
    await expect(readFile(key)).rejects.toThrow('ENOENT');
  });
});
