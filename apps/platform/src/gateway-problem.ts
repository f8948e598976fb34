import { randomUUID } from 'node:crypto';

/** What of a reply is needed here, whatever server it belongs to. */
interface Reply {
  readonly request: { readonly headers: Readonly<Record<string, string | string[] | undefined>> };
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body: object): unknown;
}

/** An answer of the gateway itself, in the form that the services use. */
export function problem(reply: Reply, status: number, code: string, detail: string): unknown {
  const given = reply.request.headers['x-correlation-id'];
  const correlationId = typeof given === 'string' && /^[A-Za-z0-9-]{8,64}$/.test(given) ? given : randomUUID();
  reply.code(status);
  reply.header('X-Correlation-Id', correlationId);
  reply.header('Link', `</console/trace/${correlationId}>; rel="trace"`);
  reply.header('Content-Type', 'application/problem+json');
  if (status === 503) reply.header('Retry-After', '1');
  return reply.send({ type: 'about:blank', title: code, status, code, detail, correlationId, errors: [] });
}
