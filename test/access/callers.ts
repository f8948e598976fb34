import { accessTable, CALLERS, EVERY_SERVICE, type CallerKind, type Row } from './access-table.ts';
import { castOf, pathOf, type Cast } from './cast.ts';
import { edgeWorld, type Answer, type EdgeWorld } from './edge.fixture.ts';
import { exampleOf, queryOf } from './examples.ts';
import { operationsOf, urlOf, type Operation } from './operations.ts';

const DUTIES = ['verification', 'support', 'finance', 'compliance', 'operations'];

/** All services as they run, everybody who may call them, and the table of what they should answer. */
export class Stage {
  private constructor(
    readonly world: EdgeWorld,
    readonly cast: Cast,
    private readonly table: ReadonlyMap<string, readonly Row[]>,
    private readonly operations: ReadonlyMap<string, readonly Operation[]>,
  ) {}

  static async open(): Promise<Stage> {
    const world = await edgeWorld();
    try {
      const operations = world.names.map(async (name) => [name, await operationsOf(world, name)] as const);
      return new Stage(world, await castOf(world), await accessTable(), new Map(await Promise.all(operations)));
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  rowsOf(service: string): readonly Row[] {
    return [...(this.table.get(service) ?? []), ...(this.table.get(EVERY_SERVICE) ?? [])];
  }

  rowOf({ service, name }: Operation): Row | undefined {
    return this.rowsOf(service).find(({ operation }) => operation === name);
  }

  operationsIn(service: string): readonly Operation[] {
    return this.operations.get(service) ?? [];
  }

  /** Whom the service records as the actor. */
  actorOf(caller: CallerKind): string {
    if (caller === 'anonymous') return caller;
    return caller === 'service' ? 'admin-service' : this.#userIdOf(caller);
  }

  async tokenOf(caller: CallerKind, service: string, duty: string | undefined): Promise<string | undefined> {
    if (caller === 'anonymous') return undefined;
    if (caller === 'service') return this.world.tokens.service('admin-service', service);
    const isAdmin = caller === 'admin' || caller === 'admin with duty';
    const others = duty === undefined ? [] : DUTIES.filter((other) => other !== duty);
    const duties = caller === 'admin with duty' ? [duty ?? ''] : others;
    return this.world.tokens.user({
      id: this.#userIdOf(caller),
      role: isAdmin ? 'admin' : caller,
      duties: isAdmin ? duties : [],
    });
  }

  /** Somebody whom the operation lets in, and about whose objects. */
  admitted(operation: Operation): { readonly caller: CallerKind; readonly which: 'own' | 'foreign' } {
    const row = this.rowOf(operation);
    for (const which of ['own', 'foreign'] as const) {
      const caller = CALLERS.findLast((known) => row?.cells[known][which] === 'ok');
      if (caller !== undefined) return { caller, which };
    }
    return { caller: row?.duty === undefined ? 'anonymous' : 'admin with duty', which: 'own' };
  }

  async tokenOfAdmitted(operation: Operation): Promise<string | undefined> {
    return this.tokenOf(this.admitted(operation).caller, operation.service, this.rowOf(operation)?.duty);
  }

  pathOf(operation: Operation, caller: CallerKind, which: 'own' | 'foreign'): Record<string, string> {
    return pathOf(operation, this.cast[which], which === 'own' ? this.#userIdOf(caller) : this.cast.foreign.studentId);
  }

  async ask(operation: Operation, caller: CallerKind, which: 'own' | 'foreign'): Promise<Answer> {
    const { body, headers } = exampleOf(operation);
    const token = await this.tokenOf(caller, operation.service, this.rowOf(operation)?.duty);
    const url = urlOf(operation, this.pathOf(operation, caller, which), queryOf(operation));
    return this.world.send(operation.service, operation.method, url, { token, body, headers });
  }

  /** How many events of these streams, or of all, an actor has recorded. */
  async recordedBy(service: string, actorId: string, streams?: readonly string[]): Promise<number> {
    const { rows } = await this.world.database(service).query<{ count: number }>({
      text: `SELECT count(*)::int AS count FROM domain_events
             WHERE actor::jsonb ->> 'id' = $1 AND ($2::text[] IS NULL OR aggregate_id = ANY($2))`,
      values: [actorId, streams ?? null],
    });
    return rows[0]?.count ?? 0;
  }

  close(): Promise<void> {
    return this.world.close();
  }

  #userIdOf(caller: CallerKind): string {
    if (caller === 'tutor') return this.cast.own.tutorId;
    if (caller === 'superadmin') return this.cast.superadminId;
    return caller === 'admin' || caller === 'admin with duty' ? this.cast.adminId : this.cast.own.studentId;
  }
}
