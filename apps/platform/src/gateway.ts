import { randomUUID } from 'node:crypto';
import httpProxy from '@fastify/http-proxy';
import Fastify, { type FastifyInstance } from 'fastify';
import type { CaughtMail } from './mail-catcher.ts';

export interface GatewayOptions {
  readonly port: number;
  /** Which service answers the paths of a first part, e.g. `users` -> `user-service`. */
  readonly prefixes: Readonly<Record<string, string>>;
  /** The replicas of each service; requests go to them in turn. */
  readonly upstreams: Readonly<Record<string, readonly string[]>>;
  readonly mails: () => Promise<CaughtMail[]>;
}

/** The one door for people: routes by the first part of the path, marks requests as coming from outside, adds nothing else. */
export async function startGateway({
  port,
  prefixes,
  upstreams,
  mails,
}: GatewayOptions): Promise<{ url: string; close(): Promise<void> }> {
  const app = Fastify({ bodyLimit: 6 * 1024 * 1024 });
  for (const [prefix, service] of Object.entries(prefixes))
    await proxy(app, `/${prefix}`, upstreams[service] ?? [], `/${prefix}`);
  for (const [service, replicas] of Object.entries(upstreams)) {
    await proxy(app, `/docs/${service}`, replicas, '/docs');
    await proxy(app, `/ops/${service}`, replicas, '/ops');
  }
  app.get('/health', async (_request, reply) => {
    const replicas = Object.entries(upstreams).flatMap(([service, urls]) => urls.map((url) => ({ service, url })));
    const checks = await Promise.all(replicas.map(async ({ service, url }) => ({ service, url, status: await healthOf(url) })));
    const worst = checks.some(({ status }) => status === 'down')
      ? 'down'
      : checks.some(({ status }) => status === 'degraded')
        ? 'degraded'
        : 'up';
    return reply.status(worst === 'down' ? 503 : 200).send({ status: worst, services: checks });
  });
  app.get('/mailbox', async () => ({ items: await mails() }));
  app.get('/', () => ({
    services: Object.keys(upstreams),
    docs: Object.keys(upstreams).map((service) => `/docs/${service}`),
    health: '/health',
    mailbox: '/mailbox',
  }));
  app.setNotFoundHandler((request, reply) =>
    problem(
      reply,
      404,
      'NOT_FOUND',
      `no service answers ${request.method} ${request.url.split('?', 1)[0]}`,
      correlationOf(request.headers),
    ),
  );
  app.setErrorHandler((error, request, reply) => {
    const unavailable = 'statusCode' in Object(error) && Number(Object(error).statusCode) >= 500;
    return problem(
      reply,
      unavailable ? 503 : 400,
      unavailable ? 'UNAVAILABLE' : 'VALIDATION_FAILED',
      unavailable ? 'the service does not answer; try again in a moment' : 'the request cannot be read',
      correlationOf(request.headers),
    );
  });
  const url = await app.listen({ host: '127.0.0.1', port });
  return { url, close: () => app.close() };
}

async function proxy(app: FastifyInstance, prefix: string, replicas: readonly string[], rewritePrefix: string): Promise<void> {
  let turn = 0;
  await app.register(httpProxy, {
    upstream: '',
    prefix,
    rewritePrefix,
    replyOptions: {
      getUpstream: () => replicas[turn++ % replicas.length] ?? '',
      rewriteRequestHeaders: (_request, headers) => ({ ...headers, 'x-edtech-gateway': '1' }),
    },
  });
}

async function healthOf(upstream: string): Promise<string> {
  const answer = await fetch(`${upstream}/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
  if (answer === undefined || answer.status >= 500) return 'down';
  const body: unknown = await answer.json();
  return typeof body === 'object' && body !== null && 'status' in body && typeof body.status === 'string' ? body.status : 'up';
}

function correlationOf(headers: Record<string, string | string[] | undefined>): string {
  const given = headers['x-correlation-id'];
  return typeof given === 'string' && /^[A-Za-z0-9-]{8,64}$/.test(given) ? given : randomUUID();
}

function problem(
  reply: {
    header(name: string, value: string): unknown;
    status(code: number): { type(type: string): { send(body: object): unknown } };
  },
  status: number,
  code: string,
  detail: string,
  correlationId: string,
): unknown {
  reply.header('X-Correlation-Id', correlationId);
  return reply
    .status(status)
    .type('application/problem+json')
    .send({ type: `urn:edtech:problem:${code.toLowerCase()}`, title: code, status, code, detail, correlationId });
}
