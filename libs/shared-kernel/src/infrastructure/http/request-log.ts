import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

/** One line per answered request: the pattern of the route, never the URL with its values, and never a body. */
export function addRequestLog(instance: FastifyInstance, logger: Logger): void {
  instance.addHook('onResponse', (request, reply, done) => {
    if (logger.isLevelEnabled('info')) {
      logger.info(
        {
          method: request.method,
          route: request.routeOptions.url ?? 'unknown',
          status: reply.statusCode,
          ms: Math.round(reply.elapsedTime * 10) / 10,
          correlationId: request.messageContext?.correlationId,
          messageId: request.messageContext?.messageId,
        },
        'request',
      );
    }
    done();
  });
}
