import { randomUUID } from 'node:crypto';
import { IdentitySessionsRevoked } from '@edtech/contracts';
import { Database } from '@edtech/shared-kernel';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RevokedTokens } from '../../libs/shared-kernel/src/infrastructure/http/revoked-tokens.ts';
import { edgeWorld, type EdgeWorld } from './edge.fixture.ts';

/** What the design promises; what is known is at most three seconds old, the rest is the bus. */
const WITHIN_MS = 60_000;
const USUALLY_MS = 10_000;

let world: EdgeWorld;
beforeAll(async () => {
  world = await edgeWorld({ only: ['tutor-service', 'payment-service'], replicas: 2 });
}, 120_000);
afterAll(() => world.close());

class CountingDatabase extends Database {
  queries = 0;

  override query<R extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<R>> {
    this.queries++;
    return super.query<R>(statement);
  }
}

const seconds = (): number => Date.now() / 1000;
const revoke = (userId: string, occurredAt: Date, aggregateId = randomUUID()): Promise<void> =>
  world.publish(
    IdentitySessionsRevoked,
    { userId, reason: 'role_changed' },
    { aggregateId, occurredAt: occurredAt.toISOString() },
  );

/** What each replica of each service answers to the token. */
async function verdicts(token: string): Promise<number[]> {
  const asked = [
    ['tutor-service', '/tutors/me/dashboard'],
    ['payment-service', '/payments/me/earnings'],
  ].flatMap(([name = '', url = '']) => [0, 1].map((replica) => world.send(name, 'GET', url, { token }, replica)));
  return (await Promise.all(asked)).map(({ status }) => status);
}

const refused = (statuses: readonly number[]): boolean => statuses.every((status) => status === 401);

test('a revocation reaches every replica of every service; what is issued after it counts', async () => {
  const id = randomUUID();
  const old = await world.tokens.user({ id, role: 'tutor', issuedAt: seconds() - 5 });
  const bystander = await world.tokens.user({ id: randomUUID(), role: 'tutor' });
  expect(await verdicts(old)).toEqual([404, 404, 200, 200]);
  const startedAt = performance.now();
  await revoke(id, new Date());
  while (!refused(await verdicts(old)) && performance.now() - startedAt < WITHIN_MS) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const tookMs = Math.round(performance.now() - startedAt);
  expect(await verdicts(old)).toEqual([401, 401, 401, 401]);
  expect(tookMs).toBeLessThan(USUALLY_MS);
  expect(await verdicts(await world.tokens.user({ id, role: 'tutor', issuedAt: seconds() + 1 }))).toEqual([404, 404, 200, 200]);
  expect(await verdicts(bystander)).toEqual([404, 404, 200, 200]);
});

test('duplicates and disorder do not matter: the latest revocation stands', async () => {
  const id = randomUUID();
  const now = Date.now();
  const [before, between, after] = await Promise.all(
    [-100, -50, -10].map((offset) => world.tokens.user({ id, role: 'tutor', issuedAt: now / 1000 + offset })),
  );
  const times = [-60, -90, -60, -200, -60, -90].map((offset) => new Date(now + offset * 1_000));
  const account = randomUUID();
  for (const at of times) await revoke(id, at, account);
  await world.settled();
  await new Promise((resolve) => setTimeout(resolve, 3_100));
  expect(await verdicts(before ?? '')).toEqual([401, 401, 401, 401]);
  expect(await verdicts(between ?? '')).toEqual([404, 404, 200, 200]);
  expect(await verdicts(after ?? '')).toEqual([404, 404, 200, 200]);
  const { rows } = await world.database('tutor-service').query({
    text: 'SELECT not_before FROM revoked_tokens WHERE user_id = $1',
    values: [id],
  });
  expect(rows).toEqual([{ not_before: new Date(now - 60_000) }]);
});

test('a token that was issued at the very moment of the revocation does not count', async () => {
  const id = randomUUID();
  const at = Math.floor(seconds());
  const token = await world.tokens.user({ id, role: 'tutor', issuedAt: at });
  await revoke(id, new Date(at * 1_000));
  await world.settled();
  await new Promise((resolve) => setTimeout(resolve, 3_100));
  expect(await verdicts(token)).toEqual([401, 401, 401, 401]);
});

test('asking costs no query per request, and a database that is away is no permission', async () => {
  const database = new CountingDatabase(world.database('tutor-service').options);
  const revoked = new RevokedTokens(database);
  for (let n = 0; n < 1_000; n++) await revoked.isRevoked(randomUUID(), Date.now());
  expect(database.queries).toBe(1);
  await database.close();
  await new Promise((resolve) => setTimeout(resolve, 3_100));
  await expect(Promise.resolve(revoked.isRevoked(randomUUID(), Date.now()))).rejects.toThrow('pool');
});
