export interface Health {
  readonly status: 'up' | 'degraded' | 'down';
  /** Shown to everybody: no addresses, no personal data. */
  readonly detail?: string;
}

/** Something the service depends on. `down` takes the service out of rotation, `degraded` asks for an operator. */
export interface HealthSource {
  readonly name: string;
  check(): Promise<Health>;
}

export interface ServiceHealth extends Health {
  readonly sources: Readonly<Record<string, Health>>;
}

const TIMEOUT_MS = 2_000;
const RANK = { up: 0, degraded: 1, down: 2 } as const;

/** What makes up the health of this process. A source that throws or stays silent for 2 s is down; it is never asked twice at once. */
export class HealthSources {
  readonly #sources = new Map<string, { readonly source: HealthSource; pending: Promise<Health> | undefined }>();
  #stopping = false;

  add(source: HealthSource): void {
    this.#sources.set(source.name, { source, pending: undefined });
  }

  /** From now on the service is not ready: it is about to stop. */
  stopping(): void {
    this.#stopping = true;
  }

  async check(): Promise<ServiceHealth> {
    const entries = await Promise.all([...this.#sources.keys()].map(async (name) => [name, await this.#ask(name)] as const));
    const worst = entries.reduce<Health['status']>(
      (status, [, health]) => (RANK[health.status] > RANK[status] ? health.status : status),
      this.#stopping ? 'down' : 'up',
    );
    return { status: worst, ...(this.#stopping ? { detail: 'stopping' } : {}), sources: Object.fromEntries(entries) };
  }

  async #ask(name: string): Promise<Health> {
    const entry = this.#sources.get(name);
    if (entry === undefined) return { status: 'down', detail: 'unknown' };
    entry.pending ??= entry.source
      .check()
      .catch((): Health => ({ status: 'down', detail: 'the check failed' }))
      .finally(() => (entry.pending = undefined));
    return within(entry.pending, TIMEOUT_MS);
  }
}

async function within(pending: Promise<Health>, ms: number): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Health>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'down', detail: `no answer within ${ms} ms` }), ms);
  });
  return Promise.race([pending, late]).finally(() => clearTimeout(timer));
}
