import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { CREATE_LAMPS } from '../lamps.fixture.ts';
import { lampApp, type LampApp } from './lamp-app.fixture.ts';
import { send, type Call } from './send.fixture.ts';
import { tokenIssuer, type TokenIssuer } from './token-issuer.fixture.ts';

let db: KernelDatabase;
let issuer: TokenIssuer;
let service: LampApp;
let student: string;
let tutor: string;

beforeAll(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
  issuer = await tokenIssuer();
  service = await lampApp({ url: db.url, issuer });
  student = await issuer.user('u-student', 'student');
  tutor = await issuer.user('u-tutor', 'tutor');
});
afterAll(async () => {
  await service.close();
  await issuer.close();
  await db.close();
});
beforeEach(async () => {
  await db.database.query({ text: 'TRUNCATE lamps, domain_events, idempotency_keys' });
  service.probe.handled = 0;
});

const call = (method: 'GET' | 'POST' | 'PATCH', url: string, options?: Call) => send(service, method, url, options);
async function buy(name = 'desk'): Promise<string> {
  const { json } = await call('POST', '/lamps', { token: student, body: { name } });
  return typeof json === 'object' && json !== null && 'id' in json ? String(json.id) : '';
}
async function rows(): Promise<number> {
  const { rows: found } = await db.database.query({ text: 'SELECT id FROM domain_events' });
  return found.length;
}

describe('correlation', () => {
  test('a valid X-Correlation-Id follows the request into the handler and back', async () => {
    const { status, headers } = await call('GET', '/lamps', { headers: { 'x-correlation-id': 'my-request-1' } });
    expect(status).toBe(200);
    expect(headers['x-correlation-id']).toBe('my-request-1');
    expect(headers['link']).toBe('</console/trace/my-request-1>; rel="trace"');
    expect(service.probe.context).toMatchObject({ correlationId: 'my-request-1', actor: { id: 'anonymous', type: 'user' } });
  });

  test('an invalid one is replaced, never repeated', async () => {
    for (const bad of ['short', 'x'.repeat(65), 'with space', '<script>alert(1)</script>']) {
      const { headers } = await call('GET', '/lamps', { headers: { 'x-correlation-id': bad } });
      expect(headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('the context survives the reading of a body and knows who calls', async () => {
    const { status } = await call('POST', '/public-echo', { body: { a: 1 }, headers: { 'x-correlation-id': 'with-a-body' } });
    expect(status).toBe(201);
    expect(service.probe.context?.correlationId).toBe('with-a-body');
    const token = await issuer.service('payment-service');
    await call('POST', '/internal/context', { token, headers: { 'x-correlation-id': 'from-service' } });
    expect(service.probe.context).toMatchObject({
      correlationId: 'from-service',
      actor: { id: 'payment-service', type: 'service' },
    });
  });

  test('parallel requests keep their contexts apart in what they record', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        call('POST', '/lamps', {
          token: n % 2 ? student : tutor,
          body: { name: `lamp-${n}` },
          headers: { 'x-correlation-id': `parallel-${n}` },
        }),
      ),
    );
    const { rows: events } = await db.database.query<{ correlation_id: string; payload: string; actor: string }>({
      text: 'SELECT correlation_id, payload, actor FROM domain_events',
    });
    expect(events).toHaveLength(20);
    for (const event of events) {
      const n = Number(event.correlation_id.slice('parallel-'.length));
      expect(JSON.parse(event.payload)).toMatchObject({ name: `lamp-${n}` });
      expect(JSON.parse(event.actor)).toEqual(
        n % 2 ? { id: 'u-student', type: 'user', role: 'student' } : { id: 'u-tutor', type: 'user', role: 'tutor' },
      );
    }
  });

  test('G22 a trace is continued under a new parent; a malformed or missing one starts a new trace', async () => {
    const trace = 'a'.repeat(32);
    await call('GET', '/lamps', { headers: { traceparent: `00-${trace}-${'b'.repeat(16)}-01` } });
    expect(service.probe.context?.traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    expect(service.probe.context?.traceparent).not.toContain('b'.repeat(16));
    await call('GET', '/lamps', { headers: { traceparent: `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01` } });
    expect(service.probe.context?.traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    await call('GET', '/lamps');
    expect(service.probe.context?.traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

describe('problems', () => {
  const shape = { type: expect.stringMatching(/^urn:edtech:problem:/), title: expect.any(String), detail: expect.any(String) };

  test('G3 every domain error has one status and its own code; a broken rule is never our failure', async () => {
    const expected: [string, number, string][] = [
      ['not-found', 404, 'NOT_FOUND'],
      ['conflict', 409, 'CONCURRENCY_CONFLICT'],
      ['mapped', 423, 'LAMP_TOO_BRIGHT'],
      ['unmapped', 422, 'LAMP_BROKEN'],
    ];
    for (const [kind, status, code] of expected) {
      const answer = await call('POST', `/errors/${kind}`);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.json).toMatchObject({
        ...shape,
        status,
        code,
        errors: [],
        correlationId: answer.headers['x-correlation-id'],
      });
      expect(answer.status).toBe(status);
    }
    expect((await call('POST', '/errors/conflict')).json).toMatchObject({ currentVersion: 7 });
  });

  test('an error nobody foresaw is 500 and tells nothing, an unreachable database is 503 and says when to come back', async () => {
    const unknown = await call('POST', '/errors/unknown');
    expect(unknown.json).toMatchObject({ ...shape, status: 500, code: 'INTERNAL' });
    expect(unknown.text).not.toMatch(/SELECT|canary|stack|\.ts/);
    const down = await call('POST', '/errors/database');
    expect(down.json).toMatchObject({ ...shape, status: 503, code: 'UNAVAILABLE' });
    expect(down.headers['retry-after']).toBe('2');
    expect(down.text).not.toContain('5432');
  });

  test('refusals of the framework have the same form', async () => {
    const json = { 'content-type': 'application/json' };
    const expected: [string, Awaited<ReturnType<typeof send>>, number, string][] = [
      ['unknown route', await call('GET', '/nothing?email=canary.bird@example.org'), 404, 'NOT_FOUND'],
      ['bad JSON', await call('POST', '/public-echo', { body: '{"a":', headers: json }), 400, 'VALIDATION_FAILED'],
      ['too large', await call('POST', '/public-echo', { body: { a: 'x'.repeat(257 * 1024) } }), 413, 'PAYLOAD_TOO_LARGE'],
      [
        'form',
        await call('POST', '/public-echo', { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      [
        'text',
        await call('POST', '/public-echo', { body: 'a', headers: { 'content-type': 'text/plain' } }),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      ['bad URL', await call('GET', '/lamps/%zz'), 400, 'VALIDATION_FAILED'],
      ['NUL in URL', await call('GET', '/lamps?name=%00'), 400, 'VALIDATION_FAILED'],
      ['NUL in path', await call('GET', '/lamps/%00'), 400, 'VALIDATION_FAILED'],
    ];
    for (const [what, answer, status, code] of expected) {
      expect(answer.json, what).toMatchObject({ ...shape, status, code, correlationId: answer.headers['x-correlation-id'] });
      expect(answer.text, what).not.toContain('canary');
      expect(answer.headers['link'], what).toContain('rel="trace"');
    }
    expect((await call('POST', '/public-echo', { body: { a: 'x'.repeat(255 * 1024) } })).status).toBe(201);
  });
});

describe('validation', () => {
  test('G10 a property the schema does not name is refused and nothing changes', async () => {
    expect((await call('POST', '/lamps', { token: student, body: { name: 'good' } })).status).toBe(201);
    expect(await rows()).toBe(1);
    for (const extra of ['role', 'status', 'id', 'lumen', 'streamVersion', 'isAdmin']) {
      const { status, json } = await call('POST', '/lamps', { token: student, body: { name: 'desk', [extra]: 'admin' } });
      expect(status).toBe(400);
      expect(json).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ path: '', message: expect.stringContaining(extra) }] });
    }
    expect((await call('GET', '/lamps?name=a&limit=1')).status).toBe(400);
    expect(await rows()).toBe(1);
    expect(service.probe.handled).toBe(1);
  });

  test('each wrong field is named by its path, its value is not repeated', async () => {
    const { status, json, text } = await call('POST', '/lamps', { token: student, body: { name: 12345 } });
    expect(status).toBe(400);
    expect(json).toMatchObject({ errors: [{ path: 'name', message: expect.any(String) }] });
    expect(text).not.toContain('12345');
    expect((await call('GET', '/lamps/not-a-uuid')).status).toBe(400);
  });

  test('no schema ever sees __proto__, NUL, a lone surrogate or deep nesting', async () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect((await call('POST', '/public-echo', { body: nested(32) })).status).toBe(201);
    expect((await call('POST', '/public-echo', { body: '{"a":"\\ud83d\\ude00 \\u0001"}' })).status).toBe(201);
    const bad = [
      '{"__proto__":{"admin":true}}',
      '{"a":[{"\\u005f_proto__":1}]}',
      '{"a":"\\u0000"}',
      '{"\\u0000":1}',
      '{"a":"\\ud83d"}',
      nested(33),
      nested(50_000),
    ];
    for (const body of bad)
      expect((await call('POST', '/public-echo', { body })).json, body.slice(0, 40)).toMatchObject({ status: 400 });
  });
});

describe('entity tags', () => {
  test('an answer with a streamVersion has an ETag, and one that was seen is 304 without a body', async () => {
    const id = await buy();
    const first = await call('GET', `/lamps/${id}`);
    expect(first.status).toBe(200);
    expect(first.headers['etag']).toBe('"1"');
    for (const seen of ['"1"', 'W/"1"', '"0", "1"', '*']) {
      const again = await call('GET', `/lamps/${id}`, { headers: { 'if-none-match': seen } });
      expect([again.status, again.text]).toEqual([304, '']);
      expect(again.headers['etag']).toBe('"1"');
    }
    expect((await call('GET', `/lamps/${id}`, { headers: { 'if-none-match': '"2"' } })).status).toBe(200);
    expect((await call('GET', '/lamps')).headers['etag']).toBeUndefined();
  });

  test('If-Match changes the version it names and no other', async () => {
    const id = await buy();
    const light = (ifMatch: string) =>
      call('PATCH', `/lamps/${id}`, { token: tutor, body: { lumen: 5 }, headers: { 'if-match': ifMatch } });
    expect((await light('"1"')).json).toMatchObject({ streamVersion: 2, lumen: 5 });
    const late = await light('"1"');
    expect(late.json).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED', currentVersion: 2 });
    expect((await light('W/"2"')).status).toBe(412);
    for (const bad of ['1', '"x"', '"2", "3"']) expect((await light(bad)).status).toBe(400);
    expect((await light('*')).json).toMatchObject({ streamVersion: 3 });
    expect(await rows()).toBe(3);
  });
});
