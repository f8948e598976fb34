import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HealthSources } from '../health/health-sources.ts';

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
