import type { FastifyInstance } from 'fastify';
import { ValidationFailed } from './edge.errors.ts';
import { parseSafeJson } from './safe-json.ts';

/** Bodies are JSON and nothing else: every other content type is 415. An empty body counts as none. */
export function acceptOnlyJson(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    request.rawBody = text;
    let body: unknown;
    try {
      body = text === '' ? undefined : parseSafeJson(text);
    } catch (error) {
      done(error instanceof ValidationFailed ? error : new ValidationFailed([{ path: '', message: 'is not valid JSON' }]));
      return;
    }
    done(null, body);
  });
}
