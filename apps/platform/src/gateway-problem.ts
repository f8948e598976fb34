import { randomUUID } from 'node:crypto';

/** What of a reply is needed here, whatever server it belongs to. */
interface Reply {
  readonly request: { readonly headers: Readonly<Record<string, string | string[] | undefined>> };
  getHeader(name: string): unknown;
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(...body: unknown[]): unknown;
}

/** Gives an answer the two headers that every answer has; the same correlation id however often it is asked. */
export function correlate(reply: Reply): string {
  const { 'x-correlation-id': given } = reply.request.headers;
  const known = reply.getHeader('x-correlation-id') ?? given;
  const correlationId = typeof known === 'string' && /^[A-Za-z0-9-]{8,64}$/.test(known) ? known : randomUUID();
  reply.header('x-correlation-id', correlationId);
  reply.header('link', `</console/trace/${correlationId}>; rel="trace"`);
  return correlationId;
}

/** An answer of the gateway itself, in the form that the services use. */
export function problem(reply: Reply, status: number, code: string, detail: string): unknown {
  const correlationId = correlate(reply);
  const words = code.toLowerCase().replaceAll('_', ' ');
  reply.code(status);
  reply.header('content-type', 'application/problem+json');
  if (status === 503) reply.header('retry-after', '1');
  return reply.send({
    type: `urn:edtech:problem:${words.replaceAll(' ', '-')}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status,
    code,
    detail,
    correlationId,
    errors: [],
  });
}
