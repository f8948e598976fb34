import type { Operation } from '../../src/testing/faults/history.ts';
import type { SeededRandom } from '../../src/testing/faults/seeded-random.ts';

export interface Workload {
  readonly operations: number;
  readonly clients: number;
  readonly keys: number;
  /** The store takes one append whose expected version another one has won. */
  readonly acceptsConflict?: boolean;
}

interface Planned {
  readonly client: string;
  readonly op: 'append' | 'read';
  readonly key: string;
  readonly invokedAt: number;
  readonly effectAt: number;
  readonly returnedAt: number;
  /** The client waits no longer than this: `lost` loses the request, `late` its answer. */
  readonly fate: 'answered' | 'lost' | 'late';
}

/**
 * What concurrent clients see of a correct store of lists, with a last read of each key. Every operation takes effect at one moment between its
 * invocation and its return; one that was given up takes effect later, or never.
 */
export function simulatedList(
  random: SeededRandom,
  { operations, clients, keys, acceptsConflict = false }: Workload,
): Operation[] {
  const plan = Array.from({ length: clients }, (_, client) =>
    plannedBy(`c${client}`, random, Math.ceil(operations / clients), keys),
  ).flat();
  const store = new ListStore(random, acceptsConflict);
  const history = plan.toSorted((a, b) => a.effectAt - b.effectAt).map((planned) => store.carryOut(planned));
  const end = Math.max(...plan.map(({ effectAt, returnedAt }) => Math.max(effectAt, returnedAt))) + 10;
  for (let key = 0; key < keys; key++)
    history.push(
      store.carryOut({
        client: 'final',
        op: 'read',
        key: `k${key}`,
        invokedAt: end + 3 * key,
        effectAt: end + 3 * key + 1,
        returnedAt: end + 3 * key + 2,
        fate: 'answered',
      }),
    );
  return history.toSorted((a, b) => a.invokedAt - b.invokedAt);
}

function plannedBy(client: string, random: SeededRandom, count: number, keys: number): Planned[] {
  let now = 0;
  return Array.from({ length: count }, () => {
    const invokedAt = now + random.between(1, 20);
    const returnedAt = invokedAt + random.between(2, 40);
    now = returnedAt;
    const fate = random.chance(0.9) ? 'answered' : random.pick(['lost', 'late'] as const);
    const effectAt =
      fate === 'late' ? random.between(invokedAt + 1, returnedAt + 200) : random.between(invokedAt + 1, returnedAt - 1);
    return {
      client,
      op: random.pick(['append', 'read'] as const),
      key: `k${random.int(keys)}`,
      invokedAt,
      effectAt,
      returnedAt,
      fate,
    };
  });
}

class ListStore {
  readonly #lists = new Map<string, string[]>();
  readonly #won = new Set<string>();
  #appends = 0;

  constructor(
    private readonly random: SeededRandom,
    private acceptsConflict: boolean,
  ) {}

  carryOut({ client, op, key, invokedAt, returnedAt, fate }: Planned): Operation {
    const list = this.#lists.get(key) ?? [];
    this.#lists.set(key, list);
    const times = { client, op, key, invokedAt, returnedAt };
    if (op === 'read')
      return fate === 'answered' ? { ...times, outcome: 'ok', result: [...list] } : { ...times, outcome: 'info' };
    const value = `v${++this.#appends}`;
    const expected = this.#expectation(list.length);
    const request = { ...times, value, ...(expected !== undefined && { expected }) };
    if (fate === 'lost') return { ...request, outcome: 'info' };
    const taken = this.#takes(key, list.length, expected);
    if (taken) list.push(value);
    if (fate === 'late') return { ...request, outcome: 'info' };
    return { ...request, outcome: taken ? 'ok' : 'fail' };
  }

  #expectation(version: number): number | undefined {
    if (this.random.chance(0.4)) return undefined;
    return this.random.chance(0.7) || version === 0 ? version : this.random.int(version);
  }

  #takes(key: string, version: number, expected: number | undefined): boolean {
    if (expected === undefined) return true;
    const place = `${key}/${expected}`;
    if (expected !== version && !(this.acceptsConflict && this.#won.has(place))) return false;
    if (expected !== version) this.acceptsConflict = false;
    this.#won.add(place);
    return true;
  }
}
