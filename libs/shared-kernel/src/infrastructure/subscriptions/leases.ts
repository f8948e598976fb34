import { v4 as uuidv4 } from 'uuid';
import type { BackgroundWorker } from '../../application/background-worker.ts';
import type { Database } from '../database/database.ts';

export interface Lease {
  readonly name: string;
  /** Grows with every change of holder; a write that carries an older one is refused. */
  readonly epoch: number;
  /** Aborted when the lease was not renewed in time, or was given up. */
  readonly lost: AbortSignal;
}

interface Held {
  readonly epoch: number;
  readonly controller: AbortController;
  renewedAt: number;
}

/**
 * Single-writer jobs of a service, one holder each among all replicas. One statement a turn renews what this process holds and takes what
 * nobody holds. Only the database's clock decides who holds a lease; the fencing epoch, checked by every write of a holder, protects
 * against one that was paused and does not know that it lost it.
 */
export class Leases implements BackgroundWorker {
  readonly name = 'leases';
  readonly #holder = uuidv4();
  readonly #wanted = new Map<string, (lease: Lease) => void>();
  readonly #held = new Map<string, Held>();
  #timer: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor(
    private readonly database: Database,
    private readonly ttlMs = 2_000,
  ) {}

  /** Calls `granted` each time this process becomes the holder. */
  want(name: string, granted: (lease: Lease) => void): void {
    this.#wanted.set(name, granted);
    if (!this.#stopped) this.#plan(0);
  }

  start(): void {
    this.#stopped = false;
    // Apart from the turns: a turn may hang as long as the database does.
    this.#expiry = setInterval(() => this.#dropExpired(), this.ttlMs / 4);
    this.#plan(0);
  }

  /** Tells every holder here to come to an end and takes nothing new. The leases stay ours, so that holders can write their last. */
  async revoke(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearInterval(this.#expiry);
    await this.#turn;
    for (const { controller } of this.#held.values()) controller.abort();
  }

  /** Revokes, then gives up every lease, so that another replica may take it at once. */
  async stop(): Promise<void> {
    await this.revoke();
    this.#held.clear();
    await this.#release();
  }

  #plan(afterMs: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#turn = this.#renew()
        .catch(() => undefined)
        .finally(() => this.#plan(this.ttlMs / 4));
    }, afterMs);
  }

  async #renew(): Promise<void> {
    const askedAt = performance.now();
    const { rows } = await this.database.query<{ name: string; epoch: string }>({
      name: 'leases-renew',
      text: `INSERT INTO leases AS held (name, holder, epoch, expires_at)
             SELECT name, $2, 1, clock_timestamp() + $3 * interval '1 ms' FROM unnest($1::text[]) AS name ORDER BY name
             ON CONFLICT (name) DO UPDATE SET
               holder = excluded.holder,
               epoch = CASE WHEN held.holder = excluded.holder THEN held.epoch ELSE held.epoch + 1 END,
               expires_at = excluded.expires_at
             WHERE held.holder = excluded.holder OR held.expires_at < clock_timestamp()
             RETURNING name, epoch`,
      values: [[...this.#wanted.keys()], this.#holder, this.ttlMs],
    });
    const granted = new Map(rows.map((row) => [row.name, Number(row.epoch)]));
    for (const name of this.#held.keys()) if (!granted.has(name)) this.#lose(name);
    for (const [name, epoch] of granted) {
      const held = this.#held.get(name);
      if (held !== undefined && held.epoch === epoch && askedAt - held.renewedAt < this.ttlMs) held.renewedAt = askedAt;
      else this.#take(name, epoch, askedAt);
    }
  }

  #take(name: string, epoch: number, askedAt: number): void {
    this.#lose(name);
    if (this.#stopped) return;
    const controller = new AbortController();
    this.#held.set(name, { epoch, controller, renewedAt: askedAt });
    this.#wanted.get(name)?.({ name, epoch, lost: controller.signal });
  }

  #lose(name: string): void {
    this.#held.get(name)?.controller.abort();
    this.#held.delete(name);
  }

  #dropExpired(): void {
    const now = performance.now();
    for (const [name, held] of this.#held) if (now - held.renewedAt > this.ttlMs) this.#lose(name);
  }

  async #release(): Promise<void> {
    await this.database
      .query({ text: `UPDATE leases SET expires_at = '-infinity' WHERE holder = $1`, values: [this.#holder] })
      .catch(() => undefined);
  }
}

/** This process lost the lease under which it worked; somebody else goes on from the checkpoint. */
export class LeaseLost extends Error {
  readonly code = 'LEASE_LOST';

  constructor(readonly lease: string) {
    super(`the lease ${lease} has passed to another process`);
    this.name = 'LeaseLost';
  }
}
