export * from './domain/index.ts';
export * from './application/index.ts';
export { AggregateTable, positionOf, streamColumns, type StreamRow } from './infrastructure/database/aggregate-table.ts';
export { Database } from './infrastructure/database/database.ts';
export { kernelMigrations, migrate, readMigrations } from './infrastructure/database/migrate.ts';
export { isUnavailable, sqlState } from './infrastructure/database/pg-errors.ts';
export { UnitOfWork } from './infrastructure/database/unit-of-work.ts';
export { DomainEventHistory } from './infrastructure/domain-events/domain-event-history.ts';
export type { ChainedEvent } from './infrastructure/domain-events/event-recorder.ts';
export { EventBridgeService } from './infrastructure/event-bridge/event-bridge.service.ts';
export { OutsideProducer, type OutsideProducerOptions, type ToldEvent } from './infrastructure/event-bridge/outside-producer.ts';
export { dynamoDbEventTable } from './infrastructure/event-store/dynamodb.event-table.ts';
export type { FieldChange } from './infrastructure/event-store/changed-fields.ts';
export {
  AsyncDecision,
  ChangedWhileSaved,
  EventSourcedRepository,
  NotAtItsEnd,
  type Decided,
  type EventSourced,
  type EventSourcedClass,
  type EventSourcedRepositoryOptions,
  type HistoryEntry,
  type StateAt,
} from './infrastructure/event-store/event-sourced.repository.ts';
export { EventStoreRelay, RelayIncomplete, type RelayOptions } from './infrastructure/event-store/event-store.relay.ts';
export {
  LogHasMore,
  NoLog,
  rebuildFeed,
  ServiceRuns,
  type RebuildFeedOptions,
  type RebuildProgress,
  type RebuiltFeed,
} from './infrastructure/event-store/rebuild-feed.ts';
export {
  EventStoreService,
  type EventStoreOptions,
  type EventStoreRecord,
  type PendingCommit,
} from './infrastructure/event-store/event-store.service.ts';
export type { EventTable } from './infrastructure/event-store/event-table.ts';
export { StreamArchive, StreamNotCopied, StreamNotSealed } from './infrastructure/event-store/stream-archive.ts';
export { Access } from './infrastructure/http/access.decorator.ts';
export type { Caller, Duty } from './infrastructure/http/access-policy.ts';
export { IfMatch } from './infrastructure/http/if-match.decorator.ts';
export { outgoingHeaders } from './infrastructure/http/outgoing-headers.ts';
export { CurrentPrincipal, type Principal } from './infrastructure/http/principal.ts';
export { SecretAnswer } from './infrastructure/http/secret-answer.decorator.ts';
export { ListCursor } from './infrastructure/http/list-cursor.ts';
export { RateLimit } from './infrastructure/http/rate-limit.decorator.ts';
export { ServiceClient, ServiceRefused, ServiceUnavailable, UnreadableAnswer } from './infrastructure/http/service-client.ts';
export { ServiceClients } from './infrastructure/http/service-clients.ts';
export { SERVICE_ISSUER, ServiceTokens } from './infrastructure/http/service-tokens.ts';
export { strictBody } from './infrastructure/http/strict-body.ts';
export { ParkingLot } from './infrastructure/inbox/parking-lot.ts';
export { InMemoryMailer } from './infrastructure/mail/in-memory.mailer.ts';
export { Sagas, type SagaView } from './infrastructure/sagas/sagas.ts';
export type { SqsLambdaEvent, SqsLambdaResponse } from './infrastructure/consumer/lambda-handler.ts';
export { lambdaService } from './infrastructure/service/lambda-service.ts';
export { runService, runTask, startService, type RunningService } from './infrastructure/service/run-service.ts';
export { ServiceEnvironment } from './infrastructure/service/service-environment.ts';
export { shortName, type EventStoreDefinition, type ServiceDefinition } from './infrastructure/service/service-definition.ts';
export { FeedSignal } from './infrastructure/subscriptions/feed-signal.ts';
export { MOST_LISTED, type Broken } from './infrastructure/verify/broken.ts';
export type { Check, Checks, Finding, Scope } from './infrastructure/verify/check.ts';
export { NotVerifiable, type Snapshot as DatabaseSnapshot } from './infrastructure/verify/snapshot.ts';
export type { StoreToVerify } from './infrastructure/verify/store.check.ts';
export { INVARIANTS, type Invariant, type Verdict, type Violation } from './infrastructure/verify/verdict.ts';
export type { DeliveryRule } from './infrastructure/verify/delivered-between.ts';
export { verifyBetween, type VerifyBetweenOptions } from './infrastructure/verify/verify-between.ts';
export { verifyDatabase, type VerifyOptions } from './infrastructure/verify/verify-database.ts';
export { waitingMessages } from './infrastructure/verify/waiting-messages.ts';
