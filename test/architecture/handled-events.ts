import { ServiceEnvironment } from '@edtech/shared-kernel';
import type { HandledEvent } from '@edtech/contracts';
import type { ServiceDefinition } from '@edtech/shared-kernel';
import { DiscoveryService } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { createLogger } from '../../libs/shared-kernel/src/infrastructure/logging/create-logger.ts';
import { discover } from '../../libs/shared-kernel/src/infrastructure/service/discover-reactions.ts';
import { KernelModule } from '../../libs/shared-kernel/src/infrastructure/service/kernel.module.ts';
import { loadServiceConfig } from '../../libs/shared-kernel/src/infrastructure/service/service-config.ts';
import { ServiceKernel } from '../../libs/shared-kernel/src/infrastructure/service/service-kernel.ts';

/** Nobody listens there: wiring a service must open nothing. */
const UNUSED = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  SMTP_URL: 'smtp://127.0.0.1:1',
  JWKS_URL: 'http://127.0.0.1:1/jwks',
  JWT_ISSUER: 'https://issuer.example',
  JWT_AUDIENCE: 'edtech',
  SERVICE_KEY: '{"kty":"OKP","crv":"Ed25519","x":"none","d":"none","kid":"none"}',
  PAYMENT_SERVICE_URL: 'http://127.0.0.1:1',
  LOG_LEVEL: 'silent',
};

/** Every event that a handler, consumer or saga of the service waits for, found the way `startService` finds them; nothing is started. */
export async function handledEvents(definition: ServiceDefinition): Promise<HandledEvent[]> {
  const config = loadServiceConfig(definition.name, UNUSED);
  const kernel = new ServiceKernel(
    definition,
    config,
    new ServiceEnvironment({}),
    createLogger({ service: definition.name, level: 'silent', personal: [] }),
  );
  try {
    const app = await Test.createTestingModule({ imports: [KernelModule.of(kernel), definition.module] }).compile();
    const { reactions, sagas } = discover(app.get(DiscoveryService));
    const names = [
      ...reactions.flatMap(({ reaction }) => reaction.events),
      ...sagas.flatMap((saga) => saga.transitions.map(({ event }) => event)),
    ];
    return [...new Set(names)].map((eventName) => ({ service: definition.name, eventName }));
  } finally {
    kernel.eventBridge.destroy();
    await kernel.database.close();
  }
}
