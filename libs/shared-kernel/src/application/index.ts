export type { BackgroundWorker } from './background-worker.ts';
export { Clock, SystemClock } from './clock.ts';
export { EventContracts, UnknownContract, type EventContract } from './event-contract.ts';
export type { EventReaction } from './event-reaction.ts';
export { fullJitter, isPermanent, retryThenPark, type FailurePolicy, type Verdict } from './failure-policy.ts';
export { inMessageContext, messageContext, type MessageContext } from './message-context.ts';
export { Subscription } from './subscription.ts';
