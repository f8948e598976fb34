import type { EventContracts } from '../../application/event-contract.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import type { Projection } from '../../application/projection.ts';
import type { SingletonJob } from '../../application/singleton-job.ts';
import type { RecordProcessorParts } from '../consumer/process-record.ts';
import { SagaRuntime } from '../sagas/saga-runtime.ts';
import type { Discovered, DiscoveredReaction } from './discover-reactions.ts';
import type { ServiceKernel } from './service-kernel.ts';

/** What a service does beside its requests: what it reacts to, sagas included, parted by the road on which the events come: its own feed, or the bus. */
export class ServiceReactions {
  readonly sagas: SagaRuntime;
  readonly projections: readonly Projection[];
  readonly jobs: readonly SingletonJob[];
  readonly all: readonly DiscoveredReaction[];
  readonly fromFeed: readonly DiscoveredReaction[];
  /** For the queue: what makes a record processor. */
  readonly received: RecordProcessorParts;

  constructor(
    kernel: ServiceKernel,
    { reactions, sagas, projections, jobs }: Discovered,
    dispatch: (command: object) => Promise<unknown>,
  ) {
    const { database, unitOfWork, contracts, delivery, parkingLot, policy, clock, config, definition } = kernel;
    this.projections = projections;
    this.jobs = jobs;
    this.sagas = new SagaRuntime({ unitOfWork, database, clock, sagas, dispatch, timeScale: config.timeScale });
    this.all = [...reactions, ...this.sagas.reactions().map((reaction) => ({ reaction, startAt: 'beginning' as const }))];
    const { fromFeed, fromBus } = byRoad(this.all, contracts, definition.name);
    this.fromFeed = fromFeed;
    this.received = { service: definition.name, contracts, reactions: fromBus, delivery, unitOfWork, parkingLot, policy };
  }
}

/** A service hears of its own events from its feed, of all others from the bus; one reaction may stand on both roads. */
export function byRoad(
  all: readonly DiscoveredReaction[],
  contracts: EventContracts,
  service: string,
): { readonly fromFeed: readonly DiscoveredReaction[]; readonly fromBus: readonly EventReaction[] } {
  const isOwn = (eventName: string): boolean => contracts.get(eventName).producer === service;
  return {
    fromFeed: all.flatMap(({ reaction, startAt }) => only(reaction, isOwn).map((own) => ({ reaction: own, startAt }))),
    fromBus: all.flatMap(({ reaction }) => only(reaction, (eventName) => !isOwn(eventName))),
  };
}

/** The same reaction, name and inbox for a part of its events; nothing if that part is empty. */
function only(reaction: EventReaction, takes: (eventName: string) => boolean): EventReaction[] {
  const { subscription, effect, order } = reaction;
  const events = reaction.events.filter(takes);
  return events.length === 0 ? [] : [{ subscription, effect, order, events, handle: (event) => reaction.handle(event) }];
}
