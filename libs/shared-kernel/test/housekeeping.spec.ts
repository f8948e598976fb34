import { afterAll, beforeAll, expect, test } from 'vitest';
import { Housekeeping } from '../src/infrastructure/service/housekeeping.ts';
import { requireDurability } from '../src/infrastructure/database/require-durability.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';

let db: KernelDatabase;
beforeAll(async () => {
  db = await kernelDatabase();
});
afterAll(() => db.close());

test('what deduplication needs is kept for 30 days and then forgotten, however much it is', async () => {
  await db.database.query({
    text: `INSERT INTO inbox SELECT 's', gen_random_uuid(), now() - interval '30 days 1 minute' FROM generate_series(1, 5001);
           INSERT INTO inbox SELECT 's', gen_random_uuid(), now() - interval '29 days 23 hours' FROM generate_series(1, 3);
           INSERT INTO idempotency_keys VALUES ('u', 'old', 'h', 201, '{}', now() - interval '31 days'), ('u', 'new', 'h', 201, '{}', now() - interval '29 days');
           INSERT INTO revoked_tokens VALUES ('u-old', now() - interval '37 hours'), ('u-new', now() - interval '35 hours')`,
  });
  const housekeeping = new Housekeeping(db.database);
  expect(await housekeeping.clean()).toBe(5_003);
  expect(await housekeeping.clean()).toBe(0);
  const { rows } = await db.database.query({
    text: 'SELECT (SELECT count(*) FROM inbox)::int AS inbox, (SELECT array_agg(key) FROM idempotency_keys) AS keys, (SELECT array_agg(user_id) FROM revoked_tokens) AS revoked',
  });
  expect(rows).toEqual([{ inbox: 3, keys: ['new'], revoked: ['u-new'] }]);
});

test('F31 production refuses a database that may lose what it acknowledged, and names each setting', async () => {
  const { rows } = await db.database.query<{ name: string; setting: string }>({
    text: `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')`,
  });
  const off = rows.filter((row) => row.setting === 'off').map((row) => row.name);
  expect(off.length).toBeGreaterThan(0);
  await expect(requireDurability(db.database)).rejects.toMatchObject({
    code: 'UNSAFE_DATABASE',
    reasons: expect.arrayContaining(off.map((setting) => `${String(setting)} = off`)),
  });
});
