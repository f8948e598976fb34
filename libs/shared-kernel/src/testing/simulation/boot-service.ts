import {
  Module,
  type DynamicModule,
  type INestApplicationContext,
  type InjectionToken,
  type Provider,
  type Type,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { hearsOfRevocations, RevokedTokensConsumer } from '../../infrastructure/http/revoked-tokens.consumer.ts';
import { discover, type Discovered } from '../../infrastructure/service/discover-reactions.ts';
import type { ServiceDefinition } from '../../infrastructure/service/service-definition.ts';

/** What stands for a port or a part of the kernel, by its token. */
export type Twins = ReadonlyMap<InjectionToken, object>;

/** A running process of a service without its adapters. */
export interface BootedService {
  readonly app: INestApplicationContext;
  readonly discovered: Discovered;
  readonly dispatch: (command: object) => Promise<unknown>;
}

/** The service cannot be simulated: something of it has no twin. */
export class MissingTwin extends Error {
  readonly code = 'MISSING_TWIN';

  constructor(
    readonly service: string,
    readonly port: string,
    options?: ErrorOptions,
  ) {
    super(
      `${service} cannot be simulated: ${port} has no twin in memory; add one to the twins of the service, with its rows in a table of its database`,
      options,
    );
    this.name = 'MissingTwin';
  }
}

@Module({})
class TwinsModule {}

@Module({})
class SimulatedModule {}

/**
 * Builds the service's own module by Nest with each adapter replaced by its twin, and finds its handlers, consumers and sagas as the real
 * start does: a new one takes part without being listed anywhere. The HTTP edge is left out. Throws MissingTwin.
 */
export async function bootService(definition: ServiceDefinition, kernel: Twins, ports: Twins): Promise<BootedService> {
  const root: DynamicModule = {
    module: SimulatedModule,
    imports: [kernelModule(kernel), CqrsModule.forRoot(), DiscoveryModule],
    providers: [
      ...providersOf(definition.module).map((provider) => withTwin(definition.name, provider, ports)),
      ...(hearsOfRevocations(definition.contracts) ? [RevokedTokensConsumer] : []),
    ],
  };
  const app = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false }).catch((error: unknown) => {
    throw new MissingTwin(definition.name, unresolved(error), { cause: error });
  });
  const commands = app.get(CommandBus);
  return { app, discovered: discover(app.get(DiscoveryService)), dispatch: async (command) => commands.execute(command) };
}

function kernelModule(twins: Twins): DynamicModule {
  const providers = [...twins].map(([provide, useValue]) => ({ provide, useValue }));
  return { module: TwinsModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
}

function providersOf(module: Type): readonly Provider[] {
  const providers: readonly Provider[] | undefined = Reflect.getMetadata('providers', module);
  return providers ?? [];
}

function withTwin(service: string, provider: Provider, twins: Twins): Provider {
  const token = typeof provider === 'function' ? provider : provider.provide;
  const twin = twins.get(token);
  // By a factory: what is given as a value is not found when jobs are looked for.
  if (twin !== undefined) return { provide: token, useFactory: () => twin };
  if (typeof provider === 'function') return provider;
  throw new MissingTwin(service, nameOf(token));
}

function nameOf(token: InjectionToken): string {
  return typeof token === 'function' ? token.name : String(token);
}

function unresolved(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
