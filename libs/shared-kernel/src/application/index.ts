export type { BackgroundWorker } from './background-worker.ts';
export { Clock, SystemClock } from './clock.ts';
export { Consumer, Consumes } from './consumer.ts';
export { CRASH_POINTS, crashpoint } from './crashpoint.ts';
export { days, hours, minutes } from './durations.ts';
export { EventContracts, UnknownContract, type EventContract } from './event-contract.ts';
export type { EventReaction } from './event-reaction.ts';
export {
  BrokenStream,
  CommitIdReused,
  CommitTooLarge,
  EndNotReached,
  EventStore,
  EventStoreUnavailable,
  InvalidCommitId,
  InvalidStream,
  NothingToAppend,
  StreamArchived,
  StreamReading,
  StreamSealed,
  TooManyEvents,
  VersionAhead,
  type AppendOptions,
  type ReadOptions,
  type RecentEvents,
  type Snapshot,
  type StreamEvent,
  type StreamName,
} from './event-store.ts';
export { fullJitter, isPermanent, retryThenPark, type FailurePolicy, type Verdict } from './failure-policy.ts';
export { IntegrationEventPublisher } from './integration-event-publisher.ts';
export { Mailer, type Mail } from './mailer.ts';
export { beginChain, inMessageContext, messageContext, type MessageContext } from './message-context.ts';
export { Projection, type ProjectionWriter } from './projection.ts';
export { Refusal } from './refusal.ts';
export * from './saga.ts';
export { SingletonJob } from './singleton-job.ts';
export { Subscription } from './subscription.ts';
export { Transaction } from './transaction.ts';
export { Unavailable } from './unavailable.ts';
