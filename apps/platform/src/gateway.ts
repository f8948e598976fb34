import type { IncomingHttpHeaders } from 'node:http';
import httpProxy from '@fastify/http-proxy';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { correlate, problem } from './gateway-problem.ts';
import type { CaughtMail } from './mail-catcher.ts';
import { Replicas } from './replicas.ts';

export interface GatewayOptions {
  readonly port: number;
  /** Which service answers the paths of a first part, e.g. `users` -> `user-service`. */
  readonly prefixes: Readonly<Record<string, string>>;
  /** The replicas of each service; requests go to them in turn. */
  readonly upstreams: Readonly<Record<string, readonly string[]>>;
  readonly mails: () => Promise<CaughtMail[]>;
}

/** What the services take. They answer before a larger body is read, which breaks its connection and would look like a dead replica. */
const BODY_LIMIT = 256 * 1024;
/** The largest document with its form around it; one that is a little too large reaches the service, which says what it takes. */
const UPLOAD_LIMIT = 6 * 1024 * 1024;
const UNREADABLE = 'the request cannot be read; check its URL, headers and body';
const RANK = ['up', 'degraded', 'down'];

/** The one door for people: routes by the first part of the path and marks requests as coming from outside. */
export async function startGateway(options: GatewayOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { port, prefixes, upstreams, mails } = options;
  const app = Fastify({
    bodyLimit: UPLOAD_LIMIT,
    return503OnClosing: false,
    frameworkErrors: (_error, _request, reply) => problem(reply, 400, 'VALIDATION_FAILED', UNREADABLE),
  });
  app.addHook('onRequest', async (request, reply) => {
    correlate(reply);
    return refusedBody(request.headers, reply);
  });
  const services = Object.entries(upstreams).map(([service, urls]) => ({ service, replicas: new Replicas(urls) }));
  for (const { service, replicas } of services) {
    for (const [prefix, owner] of Object.entries(prefixes)) {
      if (owner === service) await proxy(app, `/${prefix}`, replicas, `/${prefix}`);
    }
    for (const path of ['docs', 'docs-json']) await proxy(app, `/${service}/${path}`, replicas, `/${path}`);
    await proxy(app, `/ops/${service}`, replicas, '/ops');
  }
  app.get('/health', async (_request, reply) => {
    const every = services.flatMap(({ service, replicas }) => replicas.urls.map((url) => ({ service, url })));
    const checks = await Promise.all(every.map(async ({ service, url }) => ({ service, url, status: await healthOf(url) })));
    const gone = services.some(({ service }) => checks.every((check) => check.service !== service || check.status === 'down'));
    const status = gone ? 'down' : checks.some((check) => check.status !== 'up') ? 'degraded' : 'up';
    return reply.status(gone ? 503 : 200).send({ status, services: checks });
  });
  app.get('/mailbox', async () => ({ items: await mails() }));
  app.get('/', () => ({ docs: services.map(({ service }) => `/${service}/docs`), health: '/health', mailbox: '/mailbox' }));
  app.setNotFoundHandler(({ method, url }, reply) =>
    problem(reply, 404, 'NOT_FOUND', `no service answers ${method} ${url.split('?', 1)[0]}`),
  );
  app.setErrorHandler((error, _request, reply) =>
    isOfClient(error)
      ? problem(reply, 400, 'VALIDATION_FAILED', UNREADABLE)
      : problem(reply, 500, 'INTERNAL', 'the gateway failed through no fault of yours; quote the correlation id'),
  );
  return { url: await app.listen({ host: '127.0.0.1', port }), close: () => app.close() };
}

async function proxy(app: FastifyInstance, prefix: string, replicas: Replicas, rewritePrefix: string): Promise<void> {
  const chosen = new WeakMap<object, string>();
  await app.register(httpProxy, {
    upstream: '',
    prefix,
    rewritePrefix,
    replyOptions: {
      getUpstream: (request) => {
        const url = replicas.next();
        chosen.set(request, url);
        return url;
      },
      // What a client says of its address is dropped: only the socket tells it.
      rewriteRequestHeaders: ({ socket }, headers) => ({
        ...headers,
        'x-edtech-gateway': '1',
        'x-forwarded-for': socket.remoteAddress ?? '',
      }),
      onError: (reply) => {
        replicas.rest(chosen.get(reply.request) ?? '');
        problem(
          reply,
          503,
          'UNAVAILABLE',
          'the service does not answer; repeat the request, with an Idempotency-Key if it changes something',
        );
      },
    },
  });
}

function refusedBody(headers: IncomingHttpHeaders, reply: FastifyReply): unknown {
  if (headers['transfer-encoding'] !== undefined) {
    return problem(reply, 411, 'LENGTH_REQUIRED', 'send the body with its Content-Length, not in chunks');
  }
  const limit = headers['content-type']?.startsWith('multipart/') === true ? UPLOAD_LIMIT : BODY_LIMIT;
  if (Number(headers['content-length'] ?? 0) <= limit) return undefined;
  return problem(reply, 413, 'PAYLOAD_TOO_LARGE', `the body is too large; at most ${limit / 1024} KiB are taken`);
}

function isOfClient(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && Number(error.statusCode) < 500;
}

/** `up`, `degraded` or `down`; what does not answer is down. */
async function healthOf(upstream: string): Promise<string> {
  const answer = await fetch(`${upstream}/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
  const body: unknown = await answer?.json().catch(() => undefined);
  const status = typeof body === 'object' && body !== null && 'status' in body ? body.status : 'down';
  return RANK.find((known) => known === status) ?? 'down';
}
