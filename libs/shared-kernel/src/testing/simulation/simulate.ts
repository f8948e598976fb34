import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { EventContracts, type EventContract } from '../../application/event-contract.ts';
import { SeededRandom } from '../faults/seeded-random.ts';
import { NO_FAULTS } from './faults.ts';
import type { Plant } from './mechanisms.ts';
import { firstDifference } from './observable.ts';
import { Run, START, type RunOptions, type RunResult } from './run.ts';
import type { Rule } from './simulated-bus.ts';
import { SimulatedService, type ServiceTwins } from './simulated-service.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { Workload } from './workload.ts';

export interface WorldOptions {
  readonly services: readonly ServiceTwins[];
  /** Which events each service is sent by the bus. */
  readonly rules: Readonly<Record<string, readonly Rule[]>>;
  /** Of all events on the bus. */
  readonly contracts: Iterable<EventContract>;
  /** Bugs to plant, by service. */
  readonly plants?: Readonly<Record<string, Plant>>;
}

/** Services, network and clients of one simulation. It is opened once and used for any number of runs. */
export class World {
  services: readonly SimulatedService[] = [];
  readonly #contracts: EventContracts;
  #ids = new SeededRandom(0);

  private constructor(
    private readonly options: WorldOptions,
    private readonly clock: VirtualClock,
  ) {
    this.#contracts = new EventContracts(options.contracts);
  }

  /** Throws MissingTwin. */
  static async open(options: WorldOptions): Promise<World> {
    const world = new World(options, new VirtualClock());
    const newId = (): string => seededId(world.#ids);
    const services: SimulatedService[] = [];
    for (const twins of options.services) {
      const plant = options.plants?.[twins.definition.name];
      services.push(await SimulatedService.open(twins, { clock: world.clock, newId, plant }));
    }
    world.services = services;
    return world;
  }

  /**
   * One run: a pure function of its options; the event loop turns before it, not during it. Never throws for what the system under test does; that
   * is a violation.
   */
  async run(options: RunOptions): Promise<RunResult> {
    const random = new SeededRandom(options.seed);
    this.#ids = random.fork('ids');
    this.clock.time = START;
    await eventLoopTurn();
    return new Run(options, random, this.services, this.options.rules, this.#contracts, this.clock).toTheEnd();
  }
}

/** A world without faults in which everything happens in its order: what a run with faults is compared with. */
export async function calmRun(world: World, seed: number, workload: Workload): Promise<RunResult> {
  return world.run({ seed, faults: NO_FAULTS, workload });
}

/**
 * One seed: the workload with faults. Where it converges also in calm: beside the invariants of both runs, the state that an outsider sees
 * must then be the same at the end.
 */
export async function simulate(world: World, options: RunOptions): Promise<RunResult> {
  if (!options.workload.converges) return world.run(options);
  const calm = await calmRun(world, options.seed, options.workload);
  const stormy = await world.run(options);
  const inCalm = calm.violations.map(({ invariant, detail }) => ({ invariant, detail: `without any fault: ${detail}` }));
  const difference = firstDifference(calm.observable, stormy.observable);
  const diverged = difference === undefined ? [] : [{ invariant: 'convergence', detail: difference }];
  return { ...stormy, violations: [...inCalm, ...stormy.violations, ...diverged] };
}

/** In the form of a UUIDv7, all of it from the generator. */
function seededId(random: SeededRandom): string {
  const word = (): string =>
    random
      .int(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const hex = `${word()}${word()}${word()}${word()}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
