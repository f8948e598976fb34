/**
 * The parts of the kernel that a service does not assemble itself. They are no exports of the package; `src` and `dist` of this folder
 * lie equally deep, so one path holds for the compiler and for Node.
 */
export { createRecordProcessor } from '../../libs/shared-kernel/dist/infrastructure/consumer/process-record.js';
export { QueuePoller } from '../../libs/shared-kernel/dist/infrastructure/consumer/queue-poller.js';
export { ReactionsByEvent } from '../../libs/shared-kernel/dist/infrastructure/consumer/reactions-by-event.js';
export { SqsQueue } from '../../libs/shared-kernel/dist/infrastructure/consumer/sqs-queue.js';
export { EVENT_COLUMNS } from '../../libs/shared-kernel/dist/infrastructure/database/write-statement.js';
export { EventRecorder } from '../../libs/shared-kernel/dist/infrastructure/domain-events/event-recorder.js';
export { EventBridgePublisher } from '../../libs/shared-kernel/dist/infrastructure/event-bridge/event-bridge.publisher.js';
export type { PutEvents } from '../../libs/shared-kernel/dist/infrastructure/event-bridge/put-events.js';
export { HealthSources } from '../../libs/shared-kernel/dist/infrastructure/health/health-sources.js';
export { CommandUnit } from '../../libs/shared-kernel/dist/infrastructure/http/command-unit.js';
export { createHttpApp } from '../../libs/shared-kernel/dist/infrastructure/http/create-http-app.js';
export { InMemoryCommandUnit } from '../../libs/shared-kernel/dist/infrastructure/http/in-memory-command-unit.js';
export { ProblemCodes } from '../../libs/shared-kernel/dist/infrastructure/http/problem-codes.js';
export { TokenVerifier } from '../../libs/shared-kernel/dist/infrastructure/http/token-verifier.js';
export { EventDelivery } from '../../libs/shared-kernel/dist/infrastructure/inbox/event-delivery.js';
export { createLogger } from '../../libs/shared-kernel/dist/infrastructure/logging/create-logger.js';
export { ProjectionConsumer } from '../../libs/shared-kernel/dist/infrastructure/projections/projection-consumer.js';
export { ProjectionRebuilds } from '../../libs/shared-kernel/dist/infrastructure/projections/projection-rebuilds.js';
export { RebuildWorker } from '../../libs/shared-kernel/dist/infrastructure/projections/rebuild-worker.js';
export { SagaRuntime } from '../../libs/shared-kernel/dist/infrastructure/sagas/saga-runtime.js';
export { Checkpoints } from '../../libs/shared-kernel/dist/infrastructure/subscriptions/checkpoints.js';
export type { FeedConsumer } from '../../libs/shared-kernel/dist/infrastructure/subscriptions/feed.js';
export { FeedSignal } from '../../libs/shared-kernel/dist/infrastructure/subscriptions/feed-signal.js';
export { FeedSubscription } from '../../libs/shared-kernel/dist/infrastructure/subscriptions/feed-subscription.js';
export { Leases } from '../../libs/shared-kernel/dist/infrastructure/subscriptions/leases.js';
export { ReactionConsumer } from '../../libs/shared-kernel/dist/infrastructure/subscriptions/reaction-consumer.js';
export { Sequencer } from '../../libs/shared-kernel/dist/infrastructure/subscriptions/sequencer.js';
export { IdempotencyStore } from '../../libs/shared-kernel/dist/application/idempotency-store.js';
