import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { Clock } from '../../application/clock.ts';
import { EventContracts } from '../../application/event-contract.ts';
import { IdempotencyStore } from '../../application/idempotency-store.ts';
import { Mailer } from '../../application/mailer.ts';
import { Transaction } from '../../application/transaction.ts';
import { Database } from '../database/database.ts';
import { UnitOfWork } from '../database/unit-of-work.ts';
import { DomainEventHistory } from '../domain-events/domain-event-history.ts';
import { EventBridgeService } from '../event-bridge/event-bridge.service.ts';
import { HealthSources } from '../health/health-sources.ts';
import { CommandUnit } from '../http/command-unit.ts';
import { JwtVerifier } from '../http/jwt-verifier.ts';
import { PostgresIdempotencyStore } from '../http/postgres-idempotency-store.ts';
import { ProblemCodes } from '../http/problem-codes.ts';
import { RevokedTokens } from '../http/revoked-tokens.ts';
import { hearsOfRevocations, Revocations, RevokedTokensConsumer, SqlRevocations } from '../http/revoked-tokens.consumer.ts';
import { ServiceClients } from '../http/service-clients.ts';
import { BearerTokens, ServiceTokenVerifier } from '../http/service-token-verifier.ts';
import { ServiceTokens } from '../http/service-tokens.ts';
import { TokenVerifier } from '../http/token-verifier.ts';
import { ParkingLot } from '../inbox/parking-lot.ts';
import { OpsController } from '../ops/ops.controller.ts';
import { OpsQueries } from '../ops/ops-queries.ts';
import { SagasController } from '../ops/sagas.controller.ts';
import { ProjectionRebuilds } from '../projections/projection-rebuilds.ts';
import { ProjectionsController } from '../ops/projections.controller.ts';
import { Sagas } from '../sagas/sagas.ts';
import { Checkpoints } from '../subscriptions/checkpoints.ts';
import { FeedSignal } from '../subscriptions/feed-signal.ts';
import { ServiceEnvironment } from './service-environment.ts';
import type { ServiceKernel } from './service-kernel.ts';

/** Makes the parts of the kernel injectable everywhere in the service. */
@Global()
@Module({})
export class KernelModule {
  static of(kernel: ServiceKernel): DynamicModule {
    const { config, definition, database } = kernel;
    const providers = [
      { provide: UnitOfWork, useValue: kernel.unitOfWork },
      { provide: Transaction, useValue: kernel.unitOfWork },
      { provide: CommandUnit, useValue: kernel.unitOfWork },
      { provide: ServiceEnvironment, useValue: kernel.environment },
      { provide: Database, useValue: database },
      { provide: Clock, useValue: kernel.clock },
      { provide: Mailer, useValue: kernel.mailer },
      { provide: EventContracts, useValue: kernel.contracts },
      { provide: ParkingLot, useValue: kernel.parkingLot },
      { provide: Checkpoints, useValue: kernel.checkpoints },
      { provide: FeedSignal, useValue: kernel.signal },
      { provide: HealthSources, useValue: kernel.health },
      { provide: EventBridgeService, useFactory: () => kernel.eventBridgeService() },
      { provide: DomainEventHistory, useFactory: () => new DomainEventHistory(database, kernel.contracts) },
      { provide: ProjectionRebuilds, useFactory: () => new ProjectionRebuilds(database) },
      { provide: Sagas, useFactory: () => new Sagas(database, kernel.clock) },
      { provide: OpsQueries, useFactory: () => new OpsQueries(database, kernel.contracts, definition.name) },
      { provide: IdempotencyStore, useFactory: () => new PostgresIdempotencyStore(database) },
      { provide: ProblemCodes, useFactory: () => new ProblemCodes(definition.problems) },
      {
        provide: ServiceClients,
        useFactory: () =>
          new ServiceClients(
            config.serviceKey === undefined ? undefined : new ServiceTokens(definition.name, config.serviceKey),
            config.serviceUrls,
          ),
      },
      {
        provide: TokenVerifier,
        useFactory: () =>
          new BearerTokens(
            new JwtVerifier(
              { issuer: config.jwtIssuer, audience: config.jwtAudience, jwksUrl: config.jwksUrl },
              new RevokedTokens(database),
            ),
            new ServiceTokenVerifier(config.serviceKeys, definition.name),
          ),
      },
    ];
    const ofRevocations = [RevokedTokensConsumer, { provide: Revocations, useClass: SqlRevocations }];
    return {
      module: KernelModule,
      imports: [CqrsModule.forRoot(), DiscoveryModule],
      controllers: [OpsController, ProjectionsController, SagasController],
      providers: [...providers, ...(hearsOfRevocations(definition.contracts) ? ofRevocations : [])],
      exports: [CqrsModule, DiscoveryModule, ...providers.map((provider) => provider.provide)],
    };
  }
}
