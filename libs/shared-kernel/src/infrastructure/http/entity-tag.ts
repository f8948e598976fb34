import type { FastifyInstance } from 'fastify';

/**
 * An answer with a numeric `streamVersion` carries it as `ETag`, to be sent back as `If-Match` (see the `IfMatch` decorator); a GET whose
 * `If-None-Match` names it is answered 304 without a body.
 */
export function addEntityTags(instance: FastifyInstance): void {
  instance.addHook('preSerialization', (request, reply, payload: unknown, done) => {
    if (
      typeof payload === 'object' &&
      payload !== null &&
      'streamVersion' in payload &&
      typeof payload.streamVersion === 'number'
    ) {
      const tag = `"${payload.streamVersion}"`;
      reply.header('etag', tag);
      const seen = request.headers['if-none-match'];
      if (seen !== undefined && request.method === 'GET' && reply.statusCode === 200 && names(seen, tag)) reply.code(304);
    }
    done(null, payload);
  });
  instance.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.statusCode === 304) reply.removeHeader('content-type').removeHeader('content-length');
    done(null, reply.statusCode === 304 ? null : payload);
  });
}

/** Weak comparison, as RFC 9110 asks for If-None-Match. */
function names(header: string, tag: string): boolean {
  return header === tag || header === '*' || header.split(',').some((item) => item.trim().replace(/^W\//, '') === tag);
}
