import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { CREATE_LAMPS } from '../lamps.fixture.ts';
import { lampApp, type LampApp } from './lamp-app.fixture.ts';
import { tokenIssuer, type TokenIssuer } from './token-issuer.fixture.ts';

let db: KernelDatabase;
let issuer: TokenIssuer;
let one: LampApp;
let two: LampApp;
let alice: string;
let bob: string;

beforeAll(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
  issuer = await tokenIssuer();
  [one, two] = [await lampApp({ url: db.url, issuer }), await lampApp({ url: db.url, issuer })];
  alice = await issuer.user('u-alice', 'tutor');
  bob = await issuer.user('u-bob', 'tutor');
});
afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
  await issuer.close();
  await db.close();
});
beforeEach(async () => {
  await db.database.query({ text: 'TRUNCATE lamps, domain_events, idempotency_keys' });
  for (const { probe } of [one, two]) Object.assign(probe, { handled: 0, beforeSave: async () => undefined });
});

interface Call {
  readonly key?: string;
  readonly token?: string;
  readonly body?: object;
  readonly ifMatch?: string;
}
async function send(service: LampApp, method: 'POST' | 'PATCH', url: string, { key, token = alice, body, ifMatch }: Call) {
  const response = await service.app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${token}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    },
    ...(body === undefined ? {} : { payload: body }),
  });
  const json: { id?: string; code?: string; lumen?: number; streamVersion?: number } = JSON.parse(response.body);
  return { status: response.statusCode, text: response.body, json, headers: response.headers };
}
const buy = (service: LampApp, call: Call) => send(service, 'POST', '/lamps', { body: { name: 'desk' }, ...call });
const light = (service: LampApp, id: string, call: Call) =>
  send(service, 'PATCH', `/lamps/${id}`, { body: { lumen: 5 }, ...call });

async function eventNames(): Promise<unknown[]> {
  const { rows } = await db.database.query({ text: 'SELECT event_name FROM domain_events ORDER BY id' });
  return rows.map((row) => row['event_name']);
}
async function keys(): Promise<number> {
  return (await db.database.query({ text: 'SELECT key FROM idempotency_keys' })).rows.length;
}
/** Lets the first `count` callers go on once all of them have arrived. */
function meetingOf(count: number): () => Promise<void> {
  let arrived = 0;
  let open = (): void => undefined;
  const all = new Promise<void>((resolve) => (open = resolve));
  return async () => {
    if (++arrived >= count) open();
    await all;
  };
}

describe('the same key', () => {
  test('F8 answers the same request with the stored answer, headers included', async () => {
    const first = await buy(one, { key: 'key-00001' });
    expect(first.status).toBe(201);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    const again = await buy(one, { key: 'key-00001' });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.headers['etag']).toBe(first.headers['etag']);
    expect(await eventNames()).toEqual(['lamp.bought']);
    expect(one.probe.handled).toBe(1);
  });

  test('F8 is refused for another body, another address, whatever the order of fields', async () => {
    const id = (await buy(one, { key: 'key-00001' })).json.id ?? '';
    expect((await buy(one, { key: 'key-00001', body: { name: 'floor' } })).json).toMatchObject({
      status: 422,
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect((await light(one, id, { key: 'key-00001' })).json.code).toBe('IDEMPOTENCY_KEY_REUSED');
    const echo = (body: object) => send(one, 'POST', '/public-echo', { key: 'key-00002', body });
    const first = await echo({ a: 1, b: [{ c: 1, d: 2 }] });
    expect((await echo({ b: [{ d: 2, c: 1 }], a: 1 })).text).toBe(first.text);
    expect((await echo({ b: [{ d: 2, c: 2 }], a: 1 })).status).toBe(422);
  });

  test('F8 another principal gets nothing of the first', async () => {
    const mine = await buy(one, { key: 'key-00001' });
    const other = await buy(one, { key: 'key-00001', token: bob, body: { name: 'floor' } });
    expect(other.status).toBe(201);
    expect(other.json.id).not.toBe(mine.json.id);
    expect(other.headers['idempotency-replayed']).toBeUndefined();
    expect(await keys()).toBe(2);
  });

  test.each([2, 5, 20])('F8 %i parallel calls have one effect; whoever comes meanwhile is told to come back', async (count) => {
    const meet = meetingOf(count);
    one.probe.beforeSave = meet;
    const answers = await Promise.all(
      Array.from({ length: count }, async () => {
        const answer = await buy(one, { key: 'key-00001' });
        if (answer.status === 409) void meet();
        return answer;
      }),
    );
    const done = answers.filter(({ status }) => status === 201);
    const waiting = answers.filter(({ json }) => json.code === 'REQUEST_IN_FLIGHT');
    expect([done.length, waiting.length]).toEqual([1, count - 1]);
    for (const { status, headers } of waiting) expect([status, headers['retry-after']]).toEqual([409, '1']);
    const again = await buy(one, { key: 'key-00001' });
    expect([again.status, again.text]).toEqual([201, done[0]?.text]);
    expect(await eventNames()).toEqual(['lamp.bought']);
  });

  test('F8 two instances that run at the same time have one effect and give one answer', async () => {
    const meet = meetingOf(2);
    one.probe.beforeSave = meet;
    two.probe.beforeSave = meet;
    const [a, b] = await Promise.all([buy(one, { key: 'key-00001' }), buy(two, { key: 'key-00001' })]);
    expect([one.probe.handled, two.probe.handled]).toEqual([1, 1]);
    expect([a.status, b.status, a.text]).toEqual([201, 201, b.text]);
    expect([a, b].map(({ headers }) => headers['idempotency-replayed']).sort()).toEqual(['true', undefined]);
    expect(await eventNames()).toEqual(['lamp.bought']);
  });

  test('F8 two instances that change one object at the same time change it once', async () => {
    const id = (await buy(one, { key: 'key-00001' })).json.id ?? '';
    for (let round = 0; round < 5; round++) {
      const meet = meetingOf(2);
      one.probe.beforeSave = meet;
      two.probe.beforeSave = meet;
      const key = `key-round-${round}`;
      const [a, b] = await Promise.all([light(one, id, { key }), light(two, id, { key })]);
      expect([a.status, b.status, a.text]).toEqual([200, 200, b.text]);
      expect(a.json.streamVersion).toBe(round + 2);
    }
    expect(await eventNames()).toHaveLength(6);
  });

  test('an error keeps no key: the corrected world answers the same request', async () => {
    expect((await buy(one, { body: { name: 'desk' } })).status).toBe(201);
    expect((await buy(one, { key: 'key-00001' })).json).toMatchObject({ status: 409, code: 'NAME_TAKEN' });
    expect(await keys()).toBe(0);
    await db.database.query({ text: 'DELETE FROM lamps' });
    expect((await buy(one, { key: 'key-00001' })).status).toBe(201);
  });

  test('a command that changes nothing keeps its answer too', async () => {
    const first = await send(one, 'POST', '/public-echo', { key: 'key-00001', body: { a: 1 } });
    expect(await keys()).toBe(1);
    const again = await send(two, 'POST', '/public-echo', { key: 'key-00001', body: { a: 1 } });
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
  });

  test('a malformed key is refused before anything happens', async () => {
    expect((await buy(one, { key: 'key-00001' })).status).toBe(201);
    for (const key of ['short', 'k'.repeat(129), 'with space', "key'; DROP"]) {
      expect((await buy(one, { key, body: { name: 'floor' } })).json).toMatchObject({
        status: 400,
        errors: [{ path: 'Idempotency-Key' }],
      });
    }
    expect(await eventNames()).toEqual(['lamp.bought']);
  });
});

describe('a lost race', () => {
  /** Somebody else changes the lamp just before the first `times` saves. */
  function overtaken(id: string, times: number): void {
    one.probe.handled = 0;
    one.probe.beforeSave = async (attempt) => {
      if (attempt <= times) expect((await light(two, id, { token: bob })).status).toBe(200);
    };
  }

  test('is decided again, at most three times', async () => {
    const id = (await buy(one, {})).json.id ?? '';
    overtaken(id, 2);
    const answer = await light(one, id, { body: { lumen: 77 } });
    expect([answer.status, answer.json.lumen, answer.json.streamVersion]).toEqual([200, 77, 4]);
    expect(one.probe.handled).toBe(3);
    overtaken(id, 3);
    expect((await light(one, id, {})).json).toMatchObject({ status: 409, code: 'CONCURRENCY_CONFLICT', currentVersion: 7 });
    expect(one.probe.handled).toBe(3);
  });

  test('is 412 for a caller that sent If-Match, and is not decided again', async () => {
    const id = (await buy(one, {})).json.id ?? '';
    expect((await light(one, id, { ifMatch: '"1"' })).status).toBe(200);
    overtaken(id, 1);
    expect((await light(one, id, { ifMatch: '"2"' })).json).toMatchObject({
      status: 412,
      code: 'PRECONDITION_FAILED',
      currentVersion: 3,
    });
    expect(one.probe.handled).toBe(1);
    const blink = (ifMatch?: string) => send(one, 'POST', `/lamps/${id}/blink`, ifMatch === undefined ? {} : { ifMatch });
    overtaken(id, 1);
    expect((await blink('"3"')).json).toMatchObject({ status: 412, currentVersion: 4 });
    expect(one.probe.handled).toBe(1);
    overtaken(id, 1);
    expect((await blink()).status).toBe(201);
    expect(one.probe.handled).toBe(2);
  });
});
