import type { z } from 'zod';
import { assertClassified } from './classification.ts';
import { ContractViolation } from './contract-violation.ts';
import { assertEventName } from './event-name.ts';
import { InvalidContract } from './invalid-contract.ts';
import { jsonSchemaOf, placesOf } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { tolerant } from './tolerant.ts';

/** What two services agree on about one event. `P` is the newest shape; no reader ever sees an older one. */
export interface EventContract<P extends object = object> {
  readonly name: string;
  readonly producer: string;
  readonly aggregateType: string;
  /** The newest version; versions are dense from 1. */
  readonly schemaVersion: number;
  readonly scope: 'integration' | 'local';
  /** Paths of the newest payload that describe a person, such as `email` or `changes[].from`; a path covers all below it. */
  readonly personal: readonly string[];
  /**
   * The user the event is about. Undefined: the payload names none, the aggregate that records the event does. Payloads of aggregates that are
   * about no user name the nearest thing: the tutor profile, else the booking.
   */
  about(payload: P): string | undefined;
  /** For writers: the newest version and nothing else; unknown fields are refused. Throws ContractViolation. */
  parse(payload: unknown): P;
  /** For readers: validates with that version, drops unknown fields, upcasts to the newest. Throws ContractViolation. */
  read(schemaVersion: number, payload: unknown): P;
}

export type PayloadOf<C> = C extends EventContract<infer P> ? P : never;

/** An event is a fact in storage form, so its payload is readonly at every depth. */
type Fact<T> = T extends readonly (infer Item)[]
  ? readonly Fact<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Fact<T[K]> }
    : T;

type Versions = Readonly<Record<number, z.ZodObject>>;
type Shape<S> = S extends z.ZodObject ? Fact<z.output<S>> : never;
interface Successor {
  1: 2;
  2: 3;
  3: 4;
  4: 5;
  5: 6;
  6: 7;
  7: 8;
  8: 9;
}
type Next<K> = K extends keyof Successor ? Successor[K] : never;
type Newest<V extends Versions> = Shape<{ [K in keyof V]: Next<K> extends keyof V ? never : V[K] }[keyof V]>;
type Upcasters<V extends Versions> = {
  readonly [K in keyof V as Next<K> extends keyof V ? K : never]: (payload: Shape<V[K]>) => Shape<V[Next<K> & keyof V]>;
};

interface Definition {
  readonly name: string;
  readonly producer: string;
  readonly aggregateType: string;
  readonly scope?: 'integration' | 'local';
  readonly personal: readonly string[];
  /** Free strings that describe nobody: codes, locales, reasons. */
  readonly plain?: readonly string[];
}

interface TypedDefinition<V extends Versions> extends Definition {
  readonly versions: V;
  readonly upcast?: Upcasters<V>;
  /** Left out when the payload does not name the user: the aggregate must have a `subject` then. */
  readonly about?: (payload: Newest<V>) => string;
}

interface UntypedDefinition extends Definition {
  readonly versions: Versions;
  readonly upcast?: Readonly<Record<number, (payload: object) => object>>;
  about?(payload: object): string;
}

const schemas = new WeakMap<EventContract, Versions>();

/** The strict schema of every version, for generators and tests. */
export function schemasOf(contract: EventContract): Versions {
  return schemas.get(contract) ?? {};
}

/**
 * Throws InvalidContract on a name that is not a fact of its aggregate, a gap in the versions, a missing or superfluous
 * upcaster, a schema that is not strict, and a free string that is neither personal nor plain.
 */
export function defineEvent<const V extends Versions>(definition: TypedDefinition<V>): EventContract<Newest<V>>;
export function defineEvent(definition: UntypedDefinition): EventContract {
  const { name, producer, aggregateType, scope = 'integration', versions, upcast = {}, personal, plain = [], about } = definition;
  assertEventName(name, aggregateType);
  const strict = dense(name, 'version', versions);
  const newest = strict.length;
  const steps = dense(name, 'upcaster', upcast);
  if (newest === 0) throw new InvalidContract(name, 'it has no version');
  if (steps.length !== newest - 1)
    throw new InvalidContract(name, `${newest} versions need ${newest - 1} upcasters, not ${steps.length}`);
  const jsonSchemas = strict.map(jsonSchemaOf);
  assertStrict(name, jsonSchemas);
  assertClassified(name, jsonSchemas, { personal, plain });
  const lenient = strict.map(tolerant);

  const contract: EventContract = {
    name,
    producer,
    aggregateType,
    schemaVersion: newest,
    scope,
    personal,
    about: (payload) => about?.(payload),
    parse: (payload) => validate(name, strict[newest - 1], newest, payload),
    read: (schemaVersion, payload) => {
      const valid = validate(name, lenient[schemaVersion - 1], schemaVersion, payload);
      return steps.slice(schemaVersion - 1).reduce((older, upcastOnce) => upcastOnce(older), valid);
    },
  };
  schemas.set(contract, versions);
  return contract;
}

/** The entries in order of their keys, which must be 1, 2, 3 … */
function dense<T>(name: string, what: string, entries: Readonly<Record<number, T>>): T[] {
  return Object.entries(entries)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([key, entry], index) => {
      if (Number(key) !== index + 1) throw new InvalidContract(name, `${what} ${index + 1} is missing before ${what} ${key}`);
      return entry;
    });
}

function assertStrict(name: string, versions: readonly JsonSchema[]): void {
  const open = versions
    .flatMap((schema) => [...placesOf(schema)])
    .find(({ schema }) => schema.properties && schema.additionalProperties !== false);
  if (open) throw new InvalidContract(name, `the object at "${open.path}" accepts unknown fields; use z.strictObject`);
}

function validate(name: string, schema: z.ZodObject | undefined, schemaVersion: number, payload: unknown): object {
  if (!schema) {
    const message = `schema version ${schemaVersion} is unknown here; deploy the reader that knows it, then redrive`;
    throw new ContractViolation('UNKNOWN_SCHEMA_VERSION', name, [{ path: '', message }]);
  }
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  throw new ContractViolation(
    'CONTRACT_VIOLATION',
    name,
    result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  );
}
