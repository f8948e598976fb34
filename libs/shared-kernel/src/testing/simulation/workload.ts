import type { INestApplicationContext } from '@nestjs/common';
import type { StoredEvent } from '../../application/stored-event.ts';

/** A command as a client sends it. */
export interface CommandInput {
  readonly kind: 'command';
  readonly service: string;
  readonly label: string;
  readonly actor: { readonly id: string; readonly role?: string };
  run(app: Pick<INestApplicationContext, 'get'>): Promise<unknown>;
}

/** An event of a producer that is not simulated. */
export interface EventInput {
  readonly kind: 'event';
  readonly event: StoredEvent;
  /** The detail-type under which it comes, such as `user.created.v1`. */
  readonly alias?: string;
}

export type Input = CommandInput | EventInput;

/** Lanes go on at the same time, the inputs of one lane one after the other. Then the system comes to rest. */
export interface Batch {
  readonly lanes: readonly (readonly Input[])[];
  /** How many windows of time pass before it begins; 1 unless it says more. */
  readonly windows?: number;
}

/** What happens to the system. */
export interface Workload {
  readonly batches: readonly Batch[];
  /**
   * Inputs of one batch do not depend on their order except inside a lane: then a run with faults must end as the calm one does. Where
   * they race, only the invariants are checked.
   */
  readonly converges: boolean;
}
