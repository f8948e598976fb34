import { canonicalJson } from '../../domain/canonical-json.ts';
import type { SimulatedService } from './simulated-service.ts';

/** What an outsider sees of a service at rest. */
export function observe(service: SimulatedService): unknown {
  const { parkingLot, sagas } = service.mechanisms;
  return {
    state: service.ports.observable(),
    mails: sorted([...service.mailer.mails.values()].map(({ to, subject }) => ({ to, subject }))),
    parked: sorted([...parkingLot.streams.committed.keys()]),
    sagas: sorted(
      [...sagas.instances.committed.values()].map(({ saga, key, status, state }) => ({
        saga,
        key,
        status,
        state: asSets(JSON.parse(state)),
      })),
    ),
    steps: sorted(
      [...sagas.commands.committed.values()].map(({ saga, key, command, status }) => ({
        saga,
        key,
        command: command.name,
        status,
      })),
    ),
    timers: sorted([...sagas.timers.committed.values()].map(({ saga, key, name, error }) => ({ saga, key, name, error }))),
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

/** Where two plain values differ first; undefined: nowhere. */
export function firstDifference(calm: unknown, stormy: unknown, path = ''): string | undefined {
  if (canonicalJson(calm) === canonicalJson(stormy)) return undefined;
  if (isFields(calm) && isFields(stormy))
    for (const name of new Set([...Object.keys(calm), ...Object.keys(stormy)])) {
      const difference = firstDifference(calm[name], stormy[name], `${path}/${name}`);
      if (difference !== undefined) return difference;
    }
  return `${path} is ${canonicalJson(stormy)} with faults, ${canonicalJson(calm)} without`;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
