/** What the kernel needs to know of an event's contract. The entries of `libs/contracts` have this shape; so may yours. */
export interface EventContract<P extends object = object> {
  readonly name: string;
  /** Service that records the event; `Source` on the bus. */
  readonly producer: string;
  /** Without a slash: it stands before one in the key of a stream, and an id may hold any. */
  readonly aggregateType: string;
  /** Newest schema version; what `parse` accepts and `read` returns. */
  readonly schemaVersion: number;
  /** `local` events stay in their service's log. */
  readonly scope: 'integration' | 'local';
  /** Paths of personal fields in the payload, masked in logs and views. */
  readonly personal: readonly string[];
  /** The user the event is about. Undefined: the payload names none; then it is the `subject` of the aggregate that records it. */
  about(payload: P): string | undefined;
  /** Validates a payload of the newest version strictly. Throws on any violation. */
  parse(payload: unknown): P;
  /** Validates a stored payload by its own version and upcasts it to the newest. Throws on a violation or an unknown version. */
  read(schemaVersion: number, payload: unknown): P;
}

/** The contracts a service records or reads, by name. A name with a suffix (`user.created.v1`) is an alias when reading. */
export class EventContracts {
  readonly #byName: ReadonlyMap<string, EventContract>;

  constructor(contracts: Iterable<EventContract>) {
    const byName = new Map<string, EventContract>();
    for (const contract of contracts) {
      const other = byName.get(contract.name);
      if (other !== undefined && other !== contract) throw new Error(`two contracts are named ${contract.name}`);
      if (contract.aggregateType.includes('/'))
        throw new Error(
          `the aggregate type ${contract.aggregateType} of ${contract.name} holds a slash: two streams could share a key`,
        );
      byName.set(contract.name, contract);
    }
    this.#byName = byName;
  }

  /** Throws UnknownContract. */
  get(eventName: string): EventContract {
    const contract = this.#byName.get(eventName) ?? this.#byName.get(eventName.replace(/\.v[1-9]\d*$/, ''));
    if (contract === undefined) throw new UnknownContract(eventName);
    return contract;
  }

  /** The payload of a stored or received event in its newest shape. An alias `name.v2` names the version itself. */
  read(eventName: string, schemaVersion: number | undefined, payload: unknown): { contract: EventContract; payload: object } {
    const contract = this.get(eventName);
    const suffix = /\.v([1-9]\d*)$/.exec(eventName)?.[1];
    const version = suffix === undefined || contract.name === eventName ? (schemaVersion ?? 1) : Number(suffix);
    return { contract, payload: contract.read(version, payload) };
  }

  /** Names of the events that leave the service. */
  published(): string[] {
    return [...this.#byName.values()].filter((contract) => contract.scope === 'integration').map((contract) => contract.name);
  }

  [Symbol.iterator](): Iterator<EventContract> {
    return this.#byName.values();
  }
}

/** An event nobody has described. It is parked or refused, never skipped. */
export class UnknownContract extends Error {
  readonly code = 'UNKNOWN_EVENT';

  constructor(readonly eventName: string) {
    super(`no contract describes the event ${eventName}; add it to the contracts and deploy, then redrive`);
    this.name = 'UnknownContract';
  }
}
