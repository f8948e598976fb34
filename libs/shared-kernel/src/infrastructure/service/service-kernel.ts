import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import { Clock, SystemClock } from '../../application/clock.ts';
import { armCrashpoint } from '../../application/crashpoint.ts';
import { EventContracts } from '../../application/event-contract.ts';
import { retryThenPark } from '../../application/failure-policy.ts';
import { Database } from '../database/database.ts';
import { UnitOfWork } from '../database/unit-of-work.ts';
import { EventRecorder } from '../domain-events/event-recorder.ts';
import { EventBridgeService } from '../event-bridge/event-bridge.service.ts';
import { putEvents } from '../event-bridge/put-events.ts';
import { databaseHealth } from '../health/database-health.ts';
import { AccessDenials } from '../http/access-denials.ts';
import { HealthSources } from '../health/health-sources.ts';
import { EventDelivery } from '../inbox/event-delivery.ts';
import { ParkingLot } from '../inbox/parking-lot.ts';
import { SmtpMailer } from '../mail/smtp.mailer.ts';
import { smtpOptions } from '../mail/smtp-options.ts';
import { Checkpoints } from '../subscriptions/checkpoints.ts';
import { FeedSignal } from '../subscriptions/feed-signal.ts';
import { subscriptionHealth } from '../subscriptions/subscription-health.ts';
import { createLogger } from '../logging/create-logger.ts';
import { denialContract, DenialRecorder } from './denial-recorder.ts';
import { loadServiceConfig, type ServiceConfig } from './service-config.ts';
import { ServiceEnvironment } from './service-environment.ts';
import type { ServiceDefinition } from './service-definition.ts';

/** The parts of the kernel, made once per process for one service. Nothing runs yet. */
export class ServiceKernel {
  readonly contracts: EventContracts;
  readonly clock: Clock = new SystemClock();
  readonly database: Database;
  readonly signal: FeedSignal;
  readonly unitOfWork: UnitOfWork;
  readonly delivery: EventDelivery;
  readonly parkingLot: ParkingLot;
  readonly checkpoints: Checkpoints;
  readonly mailer: SmtpMailer;
  readonly eventBridge: EventBridgeClient;
  readonly sqs: SQSClient;
  readonly health = new HealthSources();
  readonly policy = retryThenPark();
  /** Refused requests, and who records them; undefined: the service has no contract for them. */
  readonly denials: AccessDenials | undefined;
  readonly denialRecorder: DenialRecorder | undefined;

  constructor(
    readonly definition: ServiceDefinition,
    readonly config: ServiceConfig,
    readonly environment: ServiceEnvironment,
    readonly logger: Logger,
  ) {
    this.contracts = new EventContracts(definition.contracts);
    this.database = new Database({
      url: config.databaseUrl,
      applicationName: definition.name,
      connections: config.databaseConnections,
    });
    this.signal = new FeedSignal(this.database);
    const recorder = new EventRecorder(this.contracts, this.clock);
    const recorded = (): void => this.signal.raise('recorded');
    this.unitOfWork = new UnitOfWork(this.database, recorder, recorded);
    const denied = denialContract(definition.contracts, definition.name);
    if (denied !== undefined) {
      this.denials = new AccessDenials(() => this.clock.now());
      this.denialRecorder = new DenialRecorder(denied, { denials: this.denials, recorder, database: this.database, recorded });
    }
    this.delivery = new EventDelivery(this.unitOfWork);
    this.parkingLot = new ParkingLot(this.database);
    this.checkpoints = new Checkpoints(this.database);
    this.mailer = new SmtpMailer(smtpOptions(config.smtpUrl, config.mailFrom));
    this.eventBridge = new EventBridgeClient({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    });
    this.sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
    this.health.add(databaseHealth(this.database));
    this.health.add(subscriptionHealth(this.checkpoints, this.parkingLot));
  }

  eventBridgeService(): EventBridgeService {
    return new EventBridgeService(putEvents(this.eventBridge, this.config.eventBusName), this.contracts);
  }
}

/** Reads the configuration and makes the parts; opens no connection. Throws InvalidConfiguration. */
export function openKernel(definition: ServiceDefinition, env: Readonly<Record<string, string | undefined>>): ServiceKernel {
  const config = loadServiceConfig(definition.name, env);
  armCrashpoint(config.crashAt);
  const personal = [...definition.contracts].flatMap((contract) => contract.personal);
  const logger = createLogger({ service: definition.name, level: config.logLevel, personal });
  return new ServiceKernel(definition, config, new ServiceEnvironment(env), logger);
}
