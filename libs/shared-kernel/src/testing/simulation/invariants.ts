import type { EventReaction } from '../../application/event-reaction.ts';
import type { StoredEvent } from '../../application/stored-event.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { streamKey } from '../../infrastructure/inbox/event-delivery.ts';
import { recordedOf } from './memory-database.ts';
import { matches, type Rule, type SimulatedBus } from './simulated-bus.ts';
import type { SimulatedService } from './simulated-service.ts';

export interface Violation {
  /** Its number in the list of invariants, or `convergence`, or `liveness`. */
  readonly invariant: string;
  readonly detail: string;
}

/** A command whose client was told that it took effect. */
export interface Acknowledged {
  readonly service: string;
  readonly key: string;
  readonly eventIds: readonly string[];
}

/** A run that has come to rest. */
export interface AtRest {
  readonly services: readonly SimulatedService[];
  readonly rules: Readonly<Record<string, readonly Rule[]>>;
  readonly bus: SimulatedBus;
  readonly acknowledged: readonly Acknowledged[];
  /** Ids of requests and of what came from outside: where causes may begin. */
  readonly roots: ReadonlySet<string>;
  readonly external: readonly StoredEvent[];
}

type Invariant = (run: AtRest) => Iterable<string>;

/** Every acknowledged command's events are in the store. */
function* acknowledgedIsStored({ services, acknowledged }: AtRest): Iterable<string> {
  for (const { service, key, eventIds } of acknowledged) {
    const found = services.find(({ name }) => name === service);
    const stored = new Set(found?.database.log.map(({ eventId }) => eventId));
    if (found?.answers.committed.has(key) !== true) yield `${service} acknowledged ${key} and knows nothing of it`;
    for (const eventId of eventIds)
      if (!stored.has(eventId)) yield `${service} acknowledged ${key} and lost its event ${eventId}`;
  }
}

/** store ⊆ published ⊆ delivered ∪ held ∪ parked. */
function* nothingIsLost({ services, rules, bus }: AtRest): Iterable<string> {
  for (const service of services) {
    for (const event of service.database.log) {
      for (const reaction of reactionsTo(service, event))
        if (!isSettled(service, reaction, event)) yield `${reaction.subscription} never got its own ${nameOf(event)}`;
      if (service.contracts.get(event.eventName).scope === 'local') continue;
      const payload: Readonly<Record<string, unknown>> = JSON.parse(event.payload);
      for (const consumer of services)
        if (
          (rules[consumer.name] ?? []).some((rule) => matches(rule, event.eventName, payload)) &&
          bus.sent.get(consumer.name)?.has(event.eventId) !== true
        )
          yield `${nameOf(event)} of ${service.name} was never published to ${consumer.name}`;
    }
    for (const event of bus.sent.get(service.name)?.values() ?? [])
      for (const reaction of reactionsTo(service, event))
        if (!isSettled(service, reaction, event)) yield `${reaction.subscription} never got ${nameOf(event)} from the bus`;
  }
}

function* versionsAreDense({ services }: AtRest): Iterable<string> {
  for (const { name, database } of services) {
    const versions = new Map<string, number>();
    for (const event of database.log) {
      const stream = streamKey(event);
      const expected = (versions.get(stream) ?? 0) + 1;
      if (event.streamVersion !== expected) yield `${name}: ${nameOf(event)} comes where version ${expected} belongs`;
      versions.set(stream, event.streamVersion);
    }
  }
}

/** Effects per subscription and event: at most one, and one where the event counts by itself and is not parked. */
function* effectsHappenOnce({ services }: AtRest): Iterable<string> {
  for (const { effects } of services) {
    const counts = new Map<string, number>();
    for (const { subscription, eventId, stream, streamVersion } of effects.committed.values()) {
      const place = `${subscription} ${stream}@${streamVersion} ${eventId}`;
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    for (const [place, count] of counts) if (count > 1) yield `${place}: ${count} effects`;
  }
}

/** Of a feed, and on the bus for `latest` and `strict`, no effect comes after one of a newer event of its stream. */
function* streamsKeepTheirOrder({ services }: AtRest): Iterable<string> {
  for (const service of services) {
    const reached = new Map<string, number>();
    const ordered = new Map(service.reactions.map((reaction) => [reaction.subscription, reaction.order]));
    const own = new Set(service.database.log.map(({ eventId }) => eventId));
    for (const { subscription, eventId, stream, streamVersion } of service.effects.committed.values()) {
      if (ordered.get(subscription) === 'any' && !own.has(eventId)) continue;
      const key = `${subscription} ${stream}`;
      const last = reached.get(key) ?? 0;
      if (streamVersion < last) yield `${subscription}: ${stream}@${streamVersion} took effect after version ${last}`;
      if (ordered.get(subscription) === 'strict' && streamVersion > last + 1)
        yield `${subscription}: ${stream}@${streamVersion} took effect after version ${last}, with a gap`;
      reached.set(key, Math.max(last, streamVersion));
    }
  }
}

/** The state of each aggregate is the fold of its stream. */
function* stateIsItsHistory({ services }: AtRest): Iterable<string> {
  for (const { name, database, ports, contracts } of services) {
    const streams = Map.groupBy(database.log, streamKey);
    for (const [stream, events] of streams) {
      const [first] = events;
      const kind = first === undefined ? undefined : ports.aggregates[first.aggregateType];
      if (first === undefined || kind === undefined) continue;
      const stored = canonicalJson(kind.stored(first.aggregateId));
      const replayed = canonicalJson(kind.replayed(events.map((event) => recordedOf(event, contracts))));
      if (stored !== replayed) yield `${name}: ${stream} is ${stored}, its history says ${replayed}`;
    }
  }
}

/** Every saga is terminal, or has all timers it asked for, and a compensation under way has a command that goes on. */
function* sagasGoOn({ services }: AtRest): Iterable<string> {
  for (const { mechanisms } of services) {
    const { instances, timers, commands } = mechanisms.sagas;
    const open = [...commands.committed.values()].filter(({ status }) => status === 'pending' || status === 'parked');
    for (const { saga, key, status, expects } of instances.committed.values()) {
      if (status === 'compensating' && !open.some((command) => command.saga === saga && command.key === key))
        yield `${saga}/${key} compensates and has no command left`;
      for (const name of status === 'running' ? expects : [])
        if (![...timers.committed.values()].some((timer) => timer.saga === saga && timer.key === key && timer.name === name))
          yield `${saga}/${key} waits for its timer ${name}, which is gone`;
    }
  }
}

/** Each step of a saga is undone at most once. */
function* compensationHappensOnce({ services }: AtRest): Iterable<string> {
  for (const { mechanisms } of services) {
    const undone = new Map<string, number>();
    for (const { saga, key, compensates, status } of mechanisms.sagas.commands.committed.values()) {
      if (compensates === null || status === 'cancelled') continue;
      const place = `${saga}/${key} step ${compensates}`;
      undone.set(place, (undone.get(place) ?? 0) + 1);
    }
    for (const [place, count] of undone) if (count > 1) yield `${place} is undone ${count} times`;
  }
}

/** Causes lead back to a request, a timer or the outside, without a circle, with one correlation id, and everything has an actor. */
function* causesAreRooted({ services, roots: asked, external }: AtRest): Iterable<string> {
  const roots = new Set([...asked, ...services.flatMap(({ ports }) => [...(ports.roots?.() ?? [])])]);
  const causes = new Map<string, { readonly causationId: string; readonly correlationId: string }>();
  for (const event of [...external, ...services.flatMap(({ database }) => database.log)]) causes.set(event.eventId, event);
  for (const { mechanisms } of services) {
    const { commands, instances } = mechanisms.sagas;
    for (const { id, saga, key, causationId } of commands.committed.values())
      causes.set(id, { causationId, correlationId: instances.committed.get(`${saga} ${key}`)?.correlationId ?? '' });
  }
  for (const event of services.flatMap(({ database }) => database.log)) {
    const actor: { readonly id?: unknown } = JSON.parse(event.actor);
    if (typeof actor.id !== 'string' || actor.id === '') yield `${nameOf(event)} has no actor`;
    const cause = causes.get(event.causationId);
    if (cause !== undefined && cause.correlationId !== event.correlationId && !event.causationId.startsWith('timer:'))
      yield `${nameOf(event)} has another correlation id than its cause ${event.causationId}`;
    if (!isRooted(event.eventId, causes, roots)) yield `${nameOf(event)}: its causes lead nowhere`;
  }
}

function isRooted(
  id: string,
  causes: ReadonlyMap<string, { readonly causationId: string }>,
  roots: ReadonlySet<string>,
): boolean {
  const seen = new Set<string>();
  for (let at = id; !seen.has(at);) {
    if (roots.has(at) || at.startsWith('timer:')) return true;
    seen.add(at);
    const next = causes.get(at)?.causationId;
    if (next === undefined) return false;
    at = next;
  }
  return false;
}

/** The log of an event-sourced service is what its event store holds, nothing waits to be copied, and every projection has read all of it. */
function* logDrains({ services }: AtRest): Iterable<string> {
  for (const { name, database, unread } of services) {
    for (const projection of unread) yield `${projection} has not read all of the log`;
    const { eventTable, log } = database;
    if (eventTable === undefined) continue;
    for (const place of eventTable.pending) yield `${name} has not copied the commit ${place}`;
    const copies = Map.groupBy(log, ({ aggregateType, aggregateId }) => `${aggregateType.toUpperCase()}#${aggregateId}`);
    for (const [partition, eventIds] of eventTable.stored) {
      const copied = (copies.get(partition) ?? []).map(({ eventId }) => eventId);
      if (copied.join() !== eventIds.join())
        yield `${name}: of ${partition} the store has ${eventIds.length} events, the log ${copied.length}`;
    }
  }
}

const INVARIANTS: Readonly<Record<string, Invariant>> = {
  I1: acknowledgedIsStored,
  I2: nothingIsLost,
  I3: versionsAreDense,
  I4: effectsHappenOnce,
  I5: streamsKeepTheirOrder,
  I6: stateIsItsHistory,
  I7: sagasGoOn,
  I8: compensationHappensOnce,
  I10: logDrains,
  I11: causesAreRooted,
};

/** What is wrong with a run that has come to rest, the first of each invariant; empty when nothing is. */
export function violationsOf(run: AtRest): Violation[] {
  const own = run.services.flatMap(({ ports, mechanisms: { sagas } }) =>
    Object.entries(ports.checks ?? {}).map(([invariant, check]) => [invariant, () => check(sagas)] as const),
  );
  return [...Object.entries(INVARIANTS), ...own].flatMap(([invariant, check]) => {
    const detail = firstOf(check, run);
    return detail === undefined ? [] : [{ invariant, detail }];
  });
}

/** A state that cannot even be looked at is wrong as well. */
function firstOf(check: Invariant, run: AtRest): string | undefined {
  try {
    const [detail] = check(run);
    return detail;
  } catch (error) {
    return `it cannot be judged: ${String(error)}`;
  }
}

function reactionsTo(service: SimulatedService, { eventName }: StoredEvent): EventReaction[] {
  return service.reactions.filter(({ events }) => events.includes(eventName));
}

function isSettled({ mechanisms }: SimulatedService, { subscription }: EventReaction, event: StoredEvent): boolean {
  const { inbox, parkingLot } = mechanisms;
  if (inbox.rows.committed.has(`${subscription} ${event.eventId}`)) return true;
  const parked = parkingLot.streams.committed.get(`${subscription} ${streamKey(event)}`);
  return parked?.messages.some(({ eventId }) => eventId === event.eventId) ?? false;
}

function nameOf(event: StoredEvent): string {
  return `${event.eventName} (${streamKey(event)}@${event.streamVersion})`;
}
