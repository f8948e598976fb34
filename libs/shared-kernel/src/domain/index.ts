export type { Actor } from './actor.ts';
export { AggregateRoot, UnknownEvent, type When } from './aggregate-root.ts';
export { canonicalJson } from './canonical-json.ts';
export { BaseDomainEvent, EventNotRecorded, type EventClass } from './base-domain.event.ts';
export { ConcurrencyConflict, DomainError, InvalidCursor, NotFound, PreconditionFailed } from './domain.error.ts';
export type { RecordedEvent } from './recorded-event.ts';
export { BrokenHistory, EventSourcedAggregate, type HistoricalEvent } from './event-sourced.aggregate.ts';
export { NO_STREAM, type StreamPosition } from './stream-position.ts';
