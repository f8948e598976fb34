import type { Type } from '@nestjs/common';
import type { EventContract } from '../../application/event-contract.ts';
import type { Checks } from '../verify/check.ts';
import type { EventTable } from '../event-store/event-table.ts';

/** What makes a service out of the kernel. */
export interface ServiceDefinition {
  /** `Source` on the bus, prefix of its queue and its environment variables: `user-service` -> `user-inbox`, `USER_DATABASE_URL`. */
  readonly name: string;
  /** The service's own Nest module: controllers, use cases, handlers, consumers, sagas. */
  readonly module: Type;
  /** Every event it records or consumes. */
  readonly contracts: Iterable<EventContract>;
  /** Folders with `.sql` files, run after the kernel's. */
  readonly migrations: readonly string[];
  /** HTTP status of its domain errors by code; one that is not named answers 422. */
  readonly problems: Readonly<Record<string, number>>;
  /** Of a service that keeps aggregates in an event store. */
  readonly eventStore?: EventStoreDefinition;
  /** What `verify` judges of this service beside what is true of every service. */
  readonly checks?: Checks;
}

/** How tools for operators get at an event store without starting its service. */
export interface EventStoreDefinition {
  /** Those whose truth is the store; of them the log is a copy. */
  readonly aggregateTypes: readonly string[];
  /** The table that the service uses with these variables. Opens no connection. */
  openTable(env: Readonly<Record<string, string | undefined>>): EventTable;
}

/** `user-service` -> `user`. */
export function shortName(service: string): string {
  return service.replace(/-service$/, '');
}
