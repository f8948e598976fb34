import { parseArgs } from 'node:util';
import { INVARIANTS, shortName, type Invariant } from '@edtech/shared-kernel';
import { services } from './services.ts';

export interface VerifyRequest {
  /** Names on the bus, such as `user-service`. */
  readonly services: readonly string[];
  readonly stream: string | undefined;
  readonly since: number | undefined;
  readonly only: readonly Invariant[] | undefined;
  readonly canaries: readonly string[];
  readonly allowed: readonly string[];
  readonly json: boolean;
}

const KNOWN = services.map(({ definition }) => definition.name);

export const VERIFY_USAGE = `npm run verify -- [options]

Checks that what the services have stored agrees with itself. Reads only.

  --service <name>    ${KNOWN.map(shortName).join(' or ')}; may be repeated (default: all, and what lies between them)
  --stream <stream>   one stream, such as User/<id>
  --since <position>  events after this position of the feed; needs one --service
  --only <list>       invariants, such as I3,I9
  --canary <text>     a text that must not be stored; may be repeated
  --allow <column>    table.column in which a canary may stand; may be repeated
  --json              one JSON document instead of text
  --help              this text

Exit code: 0 clean, 1 violation, 2 could not check, 64 wrong usage`;

/** Reads what stands behind `--`; 'help' when that is what was asked for. Throws an error that names what is wrong and what is possible. */
export function verifyRequest(args: readonly string[]): VerifyRequest | 'help' {
  const given = parsed(args);
  if (given.help === true) return 'help';
  const chosen = (given.service ?? KNOWN).map(knownService);
  if (given.stream !== undefined && !/^[^/]+\/./.test(given.stream))
    throw new Error(`--stream ${given.stream} is no stream; those are <aggregate type>/<id>, such as User/<id>`);
  return {
    services: [...new Set(chosen)],
    stream: given.stream,
    since: position(given.since, chosen),
    only: given.only?.split(',').map(knownInvariant),
    canaries: (given.canary ?? []).map(someText),
    allowed: (given.allow ?? []).map(column),
    json: given.json ?? false,
  };
}

function parsed(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      service: { type: 'string', multiple: true },
      stream: { type: 'string' },
      since: { type: 'string' },
      only: { type: 'string' },
      canary: { type: 'string', multiple: true },
      allow: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  return values;
}

function knownService(given: string): string {
  const name = KNOWN.find((known) => known === given || shortName(known) === given);
  if (name === undefined) throw new Error(`there is no service ${given}; there are ${KNOWN.map(shortName).join(', ')}`);
  return name;
}

function knownInvariant(given: string): Invariant {
  const invariant = INVARIANTS.find((known) => known === given);
  if (invariant === undefined) throw new Error(`there is no invariant ${given}; there are ${INVARIANTS.join(', ')}`);
  return invariant;
}

function position(given: string | undefined, chosen: readonly string[]): number | undefined {
  if (given === undefined) return undefined;
  if (!/^\d{1,15}$/.test(given)) throw new Error(`--since ${given} is no position; those are whole numbers from 0`);
  if (chosen.length !== 1) throw new Error('--since is a position of one feed: say with --service which');
  return Number(given);
}

/** Every text holds an empty one. */
function someText(given: string): string {
  if (given.trim() === '') throw new Error('--canary is empty');
  return given;
}

function column(given: string): string {
  if (!/^[^.]+\.[^.]+$/.test(given)) throw new Error(`--allow ${given} is no column; those are table.column`);
  return given;
}
