import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemClock } from '../../src/application/clock.ts';
import type { IdempotencyStore } from '../../src/application/idempotency-store.ts';
import { UnitOfWork } from '../../src/infrastructure/database/unit-of-work.ts';
import { EventRecorder } from '../../src/infrastructure/domain-events/event-recorder.ts';
import type { CommandUnit } from '../../src/infrastructure/http/command-unit.ts';
import { InMemoryCommandUnit } from '../../src/infrastructure/http/in-memory-command-unit.ts';
import { PostgresIdempotencyStore } from '../../src/infrastructure/http/postgres-idempotency-store.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { lampContracts } from '../lamps.fixture.ts';

let db: KernelDatabase;
beforeAll(async () => {
  db = await kernelDatabase();
});
afterAll(() => db.close());

const inMemory = (): [CommandUnit, IdempotencyStore] => {
  const both = new InMemoryCommandUnit();
  return [both, both];
};
const postgres = (): [CommandUnit, IdempotencyStore] => [
  new UnitOfWork(db.database, new EventRecorder(lampContracts, new SystemClock())),
  new PostgresIdempotencyStore(db.database),
];

describe.each([
  ['in memory', inMemory],
  ['in Postgres', postgres],
])('stored answers %s', (_where, open) => {
  const answer = (key: string, principal = 'u-1') => ({ principal, key, bodyHash: 'hash', status: 201, response: '{"a":1}' });

  test('are found by principal and key once the unit has committed', async () => {
    const [unit, store] = open();
    const result = await unit.run(async () => {
      unit.respond(answer('key-a'));
      expect(await store.find('u-1', 'key-a')).toBeUndefined();
      return 'done';
    });
    expect(result).toBe('done');
    expect(await store.find('u-1', 'key-a')).toMatchObject({ bodyHash: 'hash', status: 201, response: '{"a":1}' });
    expect(await store.find('u-2', 'key-a')).toBeUndefined();
  });

  test('are not kept when the work fails', async () => {
    const [unit, store] = open();
    const failing = unit.run(async () => {
      unit.respond(answer('key-b'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await store.find('u-1', 'key-b')).toBeUndefined();
  });

  test('of one key: the first stays, the second unit is told', async () => {
    const [unit, store] = open();
    const command = (response: string) => unit.run(async () => unit.respond({ ...answer('key-c'), response }));
    await command('1');
    await expect(command('2')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_TAKEN' });
    expect(await store.find('u-1', 'key-c')).toMatchObject({ response: '1' });
  });

  test('outside of a unit there is nothing to answer', () => {
    const [unit] = open();
    expect(() => unit.respond(answer('key-d'))).toThrow(/unit of work/);
  });
});
