import { hash } from 'node:crypto';
import type { EventContracts } from '../../application/event-contract.ts';
import type { StoredEvent } from '../../application/stored-event.ts';
import { Unavailable } from '../../application/unavailable.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { ConcurrencyConflict, DomainError } from '../../domain/domain.error.ts';
import { isRollbackToRepeat, isUnavailable } from '../../infrastructure/database/pg-errors.ts';
import type { SeededRandom } from '../faults/seeded-random.ts';
import { NO_FAULTS, type Faults } from './faults.ts';
import { violationsOf, type Acknowledged, type AtRest, type Violation } from './invariants.ts';
import { observe } from './observable.ts';
import { NotQuiet, Scheduler, type Pending, type TraceEntry } from './scheduler.ts';
import { SimulatedBus } from './simulated-bus.ts';
import { ProcessDied, type SimulatedService } from './simulated-service.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { CommandInput, Input, Workload } from './workload.ts';

export interface RunOptions {
  readonly seed: number;
  readonly faults: Faults;
  readonly workload: Workload;
}

export interface RunResult {
  readonly violations: readonly Violation[];
  /** What an outsider sees of each service at the end. */
  readonly observable: Readonly<Record<string, unknown>>;
  readonly events: number;
  readonly crashes: number;
  readonly trace: readonly TraceEntry[];
}

/** Of all that happened and what it led to: equal for equal runs. */
export function digestOf({ trace, observable }: RunResult): string {
  return hash('sha256', `${JSON.stringify(trace)}\n${canonicalJson(observable)}`);
}

/** A line of a trace, to be read. */
export function lineOf({ at, owner, label }: TraceEntry): string {
  return `${new Date(at).toISOString()} ${owner} ${label}`;
}

/** A batch begins with each window; it comes to rest before `REST_AFTER`. A timer of an hour or a day then fires later in a window. */
const WINDOW_MS = 23 * 60_000;
const REST_AFTER_MS = 6 * 60_000;
/** Where each run begins in time. */
export const START = Date.UTC(2026, 0, 5, 9);
/** At the end: longer than any timer. */
const AFTERMATH_MS = 60 * 24 * 3_600_000;
const CLIENT = 'client';
const MOST_TRIES = 200;

/**
 * Making all providers again takes longer than the rest of a run, so only some starts do it. What a provider keeps in a field outlives the
 * other crashes: it belongs into a table.
 */
const COLD_START = 0.05;

/** One run of a workload, from an empty world until long after its last input. */
export class Run {
  readonly #scheduler: Scheduler;
  readonly #bus: SimulatedBus;
  readonly #acknowledged: Acknowledged[] = [];
  readonly #roots = new Set<string>();
  readonly #external: StoredEvent[] = [];
  readonly #crashRandom: SeededRandom;
  readonly #stormy: boolean;
  #crashes = 0;
  #requests = 0;

  constructor(
    private readonly options: RunOptions,
    random: SeededRandom,
    private readonly services: readonly SimulatedService[],
    private readonly rules: AtRest['rules'],
    contracts: EventContracts,
    private readonly clock: VirtualClock,
  ) {
    const { faults } = options;
    this.#stormy = faults !== NO_FAULTS;
    this.#crashRandom = random.fork('crashes');
    this.#scheduler = new Scheduler(clock, this.#stormy ? random.fork('schedule') : undefined, (next) => this.#dies(next));
    const receivers = new Map(services.map((service) => [service.name, service]));
    this.#bus = new SimulatedBus(this.#scheduler, rules, contracts, receivers, faults, random.fork('network'));
    for (const service of services)
      service.begin({
        scheduler: this.#scheduler,
        random: random.fork(service.name),
        bus: this.#bus,
        faults,
        roots: this.#roots,
      });
  }

  async toTheEnd(): Promise<RunResult> {
    const violations: Violation[] = [];
    try {
      for (const service of this.services) service.start();
      await this.#rest(START);
      for (const batch of this.options.workload.batches) await this.#batch(batch.lanes, batch.windows ?? 1);
      await this.#scheduler.advanceTo(this.clock.time + AFTERMATH_MS);
    } catch (error) {
      violations.push({ invariant: error instanceof NotQuiet ? 'liveness' : 'defect', detail: text(error) });
    }
    violations.push(...violationsOf(this.#atRest()));
    return {
      violations,
      observable: observe(this.services),
      events: this.services.reduce((sum, { database }) => sum + database.log.length, this.#external.length),
      crashes: this.#crashes,
      trace: this.#scheduler.trace,
    };
  }

  #atRest(): AtRest {
    return {
      services: this.services,
      rules: this.rules,
      bus: this.#bus,
      acknowledged: this.#acknowledged,
      roots: this.#roots,
      external: this.#external,
    };
  }

  async #batch(lanes: readonly (readonly Input[])[], windows: number): Promise<void> {
    const begin = Math.floor((this.clock.time - START) / WINDOW_MS) * WINDOW_MS + START + windows * WINDOW_MS;
    await this.#scheduler.advanceTo(begin);
    for (const lane of lanes) this.#lane(lane).catch((error: unknown) => this.#scheduler.fail(error));
    await this.#rest(begin);
  }

  async #rest(begin: number): Promise<void> {
    await this.#scheduler.settle(begin + REST_AFTER_MS);
  }

  async #lane(inputs: readonly Input[]): Promise<void> {
    for (const input of inputs) {
      if (input.kind === 'command') await this.#send(input);
      else {
        await this.#scheduler.step(CLIENT, `${input.event.eventName} from outside`);
        const at = this.clock.now().toISOString();
        const event = { ...input.event, occurredAt: input.event.occurredAt || at, recordedAt: at };
        this.#external.push(event);
        this.#roots.add(event.eventId);
        this.#bus.route(event, input.alias);
      }
    }
  }

  /** As a client with an Idempotency-Key sends a request: again until somebody answers. */
  async #send({ service: name, label, actor, run }: CommandInput): Promise<void> {
    const service = this.services.find((candidate) => candidate.name === name);
    if (service === undefined) throw new Error(`no service is named ${name}`);
    const key = `request-${++this.#requests}`;
    this.#roots.add(key);
    const context = { messageId: key, correlationId: key, actor: { ...actor, type: 'user' as const } };
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      await this.#scheduler.step(CLIENT, `${label} (${key}, try ${tries})`);
      try {
        const eventIds = await service.call(key, context, run);
        this.#acknowledged.push({ service: name, key, eventIds });
        this.#scheduler.note(`${label} (${key}) took effect with ${eventIds.length} events`);
        return;
      } catch (error) {
        if (isToRepeat(error)) {
          await this.#scheduler.sleep(CLIENT, `${label} (${key}) waits`, 100);
        } else if (error instanceof DomainError) {
          this.#scheduler.note(`${label} (${key}) was refused: ${error.code}`);
          return;
        } else throw error;
      }
    }
    throw new Error(`${label} (${key}) got no answer in ${MOST_TRIES} tries`);
  }

  #dies({ owner, label }: Pending): boolean {
    const { faults } = this.options;
    const service = this.services.find(({ name }) => name === owner);
    if (service === undefined || !service.up || this.#crashes >= faults.mostCrashes) return false;
    if (!this.#crashRandom.chance(faults.crash)) return false;
    this.#crashes++;
    this.#scheduler.note(`${owner} dies before: ${label}`);
    service.crash();
    const coldly = this.#crashRandom.chance(COLD_START);
    this.#scheduler.after('machine', `${owner} starts`, this.#crashRandom.int(5_000), () => {
      if (coldly) this.#scheduler.hold(service.boot().then(() => service.start()));
      else service.start();
    });
    return true;
  }
}

/** The edge answers 409 or 503, or not at all. */
function isToRepeat(error: unknown): boolean {
  return (
    error instanceof ProcessDied ||
    error instanceof ConcurrencyConflict ||
    error instanceof Unavailable ||
    isRollbackToRepeat(error) ||
    isUnavailable(error)
  );
}

function text(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
