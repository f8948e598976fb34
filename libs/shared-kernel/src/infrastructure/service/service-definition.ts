import type { Type } from '@nestjs/common';
import type { EventContract } from '../../application/event-contract.ts';

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
}

/** `user-service` -> `user`. */
export function shortName(service: string): string {
  return service.replace(/-service$/, '');
}
