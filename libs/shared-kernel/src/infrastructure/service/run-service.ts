import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { v7 as uuidv7 } from 'uuid';
import { inMessageContext } from '../../application/message-context.ts';
import { kernelMigrations, migrate } from '../database/migrate.ts';
import { requireDurability } from '../database/require-durability.ts';
import { gracefulClose } from '../http/graceful-close.ts';
import { observeFeed } from '../telemetry/feed-metrics.ts';
import { createServiceApp, reactionsIn } from './service-app.ts';
import { processEnvironment } from './service-config.ts';
import type { ServiceDefinition } from './service-definition.ts';
import { openKernel } from './service-kernel.ts';
import { ServiceWorkers } from './service-workers.ts';

/** What has not ended by then is cut off, as a crash would: nothing acknowledged is lost, others take over when the leases expire. */
const EXIT_WITHIN_MS = 28_000;

export interface RunningService {
  readonly name: string;
  /** Where it answers HTTP: its API, or only its health when it runs as a worker. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Stops intake, finishes what is under way, releases leases and connections. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Brings the database up to date, then starts HTTP and workers as ROLE says. Throws InvalidConfiguration, MigrationChanged, UnsafeDatabase,
 * RouteWithoutAccess, SubscriptionUnnamed before anything was taken on; then nothing stays open.
 */
export async function startService(
  definition: ServiceDefinition,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningService> {
  const kernel = openKernel(definition, env);
  const { config } = kernel;
  const running: { app?: NestFastifyApplication; workers?: ServiceWorkers; unobserve?: () => void } = {};
  const stop = async (): Promise<void> => {
    if (running.app !== undefined) await gracefulClose(running.app);
    await kernel.denialRecorder?.stop();
    running.unobserve?.();
    await running.workers?.stop();
    await kernel.signal.stop();
    kernel.eventBridge.destroy();
    kernel.sqs.destroy();
    await kernel.database.close();
  };
  let stopping: Promise<void> | undefined;
  try {
    await migrate(config.databaseUrl, [kernelMigrations, ...definition.migrations]);
    if (config.production) await requireDurability(kernel.database);
    const app = await createServiceApp(kernel);
    running.app = app;
    const reactions = reactionsIn(app, kernel);
    if (config.role !== 'http') running.workers = new ServiceWorkers(kernel, reactions);
    kernel.signal.start();
    kernel.denialRecorder?.start();
    running.unobserve = observeFeed(definition.name, kernel.checkpoints, kernel.parkingLot);
    await app.listen({ host: config.host, port: config.port });
    await running.workers?.start();
    return { name: definition.name, url: await app.getUrl(), app, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The whole of a service's `main.ts`: starts it with the process's environment and stops it gracefully on SIGTERM, SIGINT or when its parent is gone. */
export async function runService(definition: ServiceDefinition): Promise<void> {
  let service: RunningService | undefined;
  const stop = (): void => {
    setTimeout(() => process.exit(1), EXIT_WITHIN_MS).unref();
    Promise.resolve(service?.stop()).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, stop);
  service = await startService(definition, processEnvironment());
}

/**
 * One piece of work that an operator does inside a service, with its parts and its configuration; `system:<name>` is the actor of what it
 * records. The service itself is not offered meanwhile: it listens on a free port of this machine only, and its workers rest. Throws what
 * `startService` and `work` throw.
 */
export async function runTask<T>(
  definition: ServiceDefinition,
  name: string,
  work: (app: Pick<NestFastifyApplication, 'get'>) => Promise<T>,
  env: Readonly<Record<string, string | undefined>> = processEnvironment(),
): Promise<T> {
  const service = await startService(definition, { ...env, ROLE: 'http', HOST: '127.0.0.1', PORT: '0' });
  const messageId = uuidv7();
  const context = { messageId, correlationId: messageId, actor: { id: `system:${name}`, type: 'system' } } as const;
  try {
    return await inMessageContext(context, () => work(service.app));
  } finally {
    await service.stop();
  }
}
