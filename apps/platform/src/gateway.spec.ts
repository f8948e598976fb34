import { request } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startGateway } from './gateway.ts';

let replicas: FastifyInstance[];
let url: string;

/** Two replicas of one service, as far as a gateway can see them: they say who answered and which headers reached them. */
beforeEach(async () => {
  replicas = ['first', 'second'].map((replica) => {
    const app = Fastify();
    app.all('/users/*', ({ headers }, reply) => reply.header('x-replica', replica).send({ headers }));
    app.get('/health', () => ({ status: 'up' }));
    return app;
  });
  const urls = await Promise.all(replicas.map((app) => app.listen({ host: '127.0.0.1', port: 0 })));
  const gateway = await startGateway({
    port: 0,
    prefixes: { users: 'user-service' },
    upstreams: { 'user-service': urls },
    mails: async () => [],
  });
  url = gateway.url;
  onTestFinished(async () => {
    await gateway.close();
    await Promise.all(replicas.map((app) => app.close()));
  });
});

async function answeredBy(): Promise<string> {
  const answer = await fetch(`${url}/users/me`);
  return answer.headers.get('x-replica') ?? String(answer.status);
}

test('requests go to the replicas in turn', async () => {
  expect([await answeredBy(), await answeredBy(), await answeredBy()]).toEqual(['first', 'second', 'first']);
});

test('the request that meets a dead replica is 503 with Retry-After; the next ones go to the other', async () => {
  expect([await answeredBy(), await answeredBy()]).toEqual(['first', 'second']);
  await replicas[0]?.close();
  const answer = await fetch(`${url}/users/me`);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await answer.json()).toMatchObject({
    type: 'urn:edtech:problem:unavailable',
    title: 'Unavailable',
    status: 503,
    code: 'UNAVAILABLE',
    correlationId: answer.headers.get('x-correlation-id'),
  });
  expect([await answeredBy(), await answeredBy(), await answeredBy()]).toEqual(['second', 'second', 'second']);
});

test('a service with one dead replica is degraded, without any it is down', async () => {
  const health = async (): Promise<[number, string]> => {
    const answer = await fetch(`${url}/health`);
    const body: { status: string } = JSON.parse(await answer.text());
    return [answer.status, body.status];
  };
  expect(await health()).toEqual([200, 'up']);
  await replicas[0]?.close();
  expect(await health()).toEqual([200, 'degraded']);
  await replicas[1]?.close();
  expect(await health()).toEqual([503, 'down']);
});

test.each([
  ['/nobody/knows?secret=1', 404, 'NOT_FOUND', 'no service answers GET /nobody/knows'],
  ['/users/%zz', 400, 'VALIDATION_FAILED', 'the request cannot be read; check its URL, headers and body'],
])('%s is %i %s as a problem that can be traced', async (path, status, code, detail) => {
  const answer = await fetch(`${url}${path}`, { headers: { 'x-correlation-id': 'asked-for-this' } });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.headers.get('link')).toBe('</console/trace/asked-for-this>; rel="trace"');
  expect(await answer.json()).toMatchObject({ status, code, detail, correlationId: 'asked-for-this', errors: [] });
});

test.each(['/', '/health', '/mailbox'])('%s can be traced like the answers of the services', async (path) => {
  const answer = await fetch(`${url}${path}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('link')).toBe(`</console/trace/${answer.headers.get('x-correlation-id')}>; rel="trace"`);
});

test('a body that no service takes is 413 and takes no replica out of turn', async () => {
  const send = async (type: string, bytes: number): Promise<number> =>
    (await fetch(`${url}/users/me`, { method: 'PUT', headers: { 'content-type': type }, body: ' '.repeat(bytes) })).status;
  expect(await send('text/json', 256 * 1024 + 1)).toBe(413);
  expect(await send('application/json', 7 * 1024 * 1024)).toBe(413);
  expect(await send('multipart/form-data; boundary=x', 7 * 1024 * 1024)).toBe(413);
  expect([await answeredBy(), await answeredBy()]).toEqual(['first', 'second']);
});

test('a body without a length is 411, because nobody can say in advance whether it is too large', async () => {
  const status = await new Promise((resolve, reject) => {
    const sent = request(`${url}/users/me`, { method: 'PUT', headers: { 'content-type': 'application/json' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.once('error', reject);
    sent.write('{');
    sent.end('}');
  });
  expect(status).toBe(411);
});

test('a service learns from the gateway alone that a request comes from outside', async () => {
  for (const headers of [{}, { 'x-edtech-gateway': '' }, { connection: 'x-edtech-gateway', 'x-edtech-gateway': '0' }]) {
    const seen: unknown = await new Promise((resolve, reject) => {
      request(`${url}/users/me`, { headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.once('end', () => resolve(JSON.parse(text)));
      })
        .once('error', reject)
        .end();
    });
    expect(seen).toMatchObject({ headers: { 'x-edtech-gateway': '1' } });
  }
});

test('what a client says of its address does not reach a service', async () => {
  const answer = await fetch(`${url}/users/me`, { headers: { 'x-forwarded-for': '198.51.100.7' } });
  expect(await answer.json()).toMatchObject({ headers: { 'x-forwarded-for': '127.0.0.1', 'x-edtech-gateway': '1' } });
});
