import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { HealthSources } from '../health/health-sources.ts';

/** Answers given while the server stops end their connection: a client must not send its next request there. */
export function endConnectionsOnClose(instance: FastifyInstance): void {
  let closing = false;
  instance.addHook('preClose', async () => {
    closing = true;
  });
  instance.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close');
    done(null, payload);
  });
}

/**
 * Takes no new connection, lets the requests under way finish, and only then runs the shutdown hooks of the application. After `timeoutMs`
 * the connections that are left are cut. Safe to repeat.
 */
export async function gracefulClose(app: NestFastifyApplication, { timeoutMs = 20_000 } = {}): Promise<void> {
  app.get(HealthSources, { strict: false }).stopping();
  const deadline = setTimeout(() => app.getHttpServer().closeAllConnections(), timeoutMs);
  try {
    await app.getHttpAdapter().getInstance().close();
    await app.close();
  } finally {
    clearTimeout(deadline);
  }
}
