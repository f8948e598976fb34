import { canonicalJson } from '../../domain/canonical-json.ts';
import { streamKey } from '../../infrastructure/inbox/event-delivery.ts';
import type { SimulatedService } from './simulated-service.ts';

const NOTHING: NonNullable<SimulatedService['ports']['patience']> = { fields: [], commands: [] };

/** Ids as the generator of a run makes them. */
const MADE_BY_CHANCE = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}/g;

/** What an outsider sees of each service at rest. */
export function observe(services: readonly SimulatedService[]): Readonly<Record<string, unknown>> {
  const named = new Map(
    services.flatMap(({ database }) => database.log.map((event) => [event.eventId, `${event.eventName} of ${streamKey(event)}`])),
  );
  return Object.fromEntries(services.map((service) => [service.name, observed(service, named)]));
}

/** `named`: events by what they are, where their ids are those of something else as well. */
function observed(service: SimulatedService, named: ReadonlyMap<string, string>): unknown {
  const { parkingLot, sagas } = service.mechanisms;
  const { fields, commands } = service.ports.patience ?? NOTHING;
  const shown = (rows: readonly unknown[]): unknown[] =>
    sorted(rows.map((row): unknown => JSON.parse(JSON.stringify(row).replaceAll(MADE_BY_CHANCE, (id) => named.get(id) ?? id))));
  return {
    state: service.ports.observable(),
    mails: sorted([...service.mailer.mails.values()].map(({ to, subject }) => ({ to, subject }))),
    parked: shown([...parkingLot.streams.committed.keys()]),
    sagas: shown(
      [...sagas.instances.committed.values()].map(({ saga, key, status, state }) => ({
        saga,
        key,
        status,
        state: without(fields, asSets(JSON.parse(state))),
      })),
    ),
    steps: shown(
      [...sagas.commands.committed.values()]
        .filter(({ command }) => !commands.includes(command.name))
        .map(({ saga, key, command, status }) => ({ saga, key, command: command.name, status })),
    ),
    timers: shown([...sagas.timers.committed.values()].map(({ saga, key, name, error }) => ({ saga, key, name, error }))),
  };
}

function sorted(rows: readonly unknown[]): unknown[] {
  return rows
    .map((row) => ({ row, text: canonicalJson(row) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ row }) => row);
}

/** A saga may keep what it has seen as a list in the order of its arrival. */
function asSets(value: unknown): unknown {
  if (Array.isArray(value)) return sorted(value.map(asSets));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, asSets(field)]));
}

function without(names: readonly string[], state: unknown): unknown {
  if (names.length === 0 || !isFields(state)) return state;
  return Object.fromEntries(Object.entries(state).filter(([name]) => !names.includes(name)));
}

/** Where two plain values differ first; undefined: nowhere. */
export function firstDifference(calm: unknown, stormy: unknown, path = ''): string | undefined {
  if (canonicalJson(calm) === canonicalJson(stormy)) return undefined;
  if (isFields(calm) && isFields(stormy))
    for (const name of new Set([...Object.keys(calm), ...Object.keys(stormy)])) {
      const difference = firstDifference(calm[name], stormy[name], `${path}/${name}`);
      if (difference !== undefined) return difference;
    }
  if (Array.isArray(calm) && Array.isArray(stormy)) return `${path} ${partsOf(calm, stormy)}`;
  return `${path} is ${canonicalJson(stormy)} with faults, ${canonicalJson(calm)} without`;
}

function partsOf(calm: readonly unknown[], stormy: readonly unknown[]): string {
  return `has only with faults ${rowsBeyond(stormy, calm)}, only without ${rowsBeyond(calm, stormy)}`;
}

/** A row that both have may be there more often in one. */
function rowsBeyond(rows: readonly unknown[], others: readonly unknown[]): string {
  const left = others.map(canonicalJson);
  const beyond = rows.map(canonicalJson).filter((row) => {
    const at = left.indexOf(row);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return `[${beyond.join(', ')}]`;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
