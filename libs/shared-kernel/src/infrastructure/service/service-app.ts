import { DiscoveryService } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpApp } from '../http/create-http-app.ts';
import { RateLimits } from '../http/rate-limits.ts';
import { discover } from './discover-reactions.ts';
import { KernelModule } from './kernel.module.ts';
import type { ServiceKernel } from './service-kernel.ts';
import { ServiceReactions } from './service-reactions.ts';

/** The service's Nest application, initialised and not listening. Throws RouteWithoutAccess. */
export async function createServiceApp(kernel: ServiceKernel): Promise<NestFastifyApplication> {
  return createHttpApp({
    module: { module: kernel.definition.module, imports: [KernelModule.of(kernel)] },
    logger: kernel.logger,
    api: { title: kernel.definition.name },
    denials: kernel.denials,
    ...(kernel.config.rateLimits ? { limits: new RateLimits() } : {}),
    trustedProxies: kernel.config.trustedProxies,
  });
}

/** Throws SubscriptionUnnamed and SubscriptionTwice. */
export function reactionsIn(app: NestFastifyApplication, kernel: ServiceKernel): ServiceReactions {
  const commandBus = app.get(CommandBus);
  return new ServiceReactions(kernel, discover(app.get(DiscoveryService)), (command) => commandBus.execute(command));
}
