import { accessTable, CALLERS, EVERY_SERVICE, type CallerKind, type Row } from './access-table.ts';
import { MailCatcher } from '@edtech/platform';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cast } from './cast.ts';
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
    readonly close: () => Promise<void>,
  ) {}

  static async open(): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'stage-'));
    const mails = await MailCatcher.start(folder, 0);
    const closing: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true }), () => mails.close()];
    const close = async (): Promise<void> => {
      for (const closeOne of closing.splice(0).toReversed()) await closeOne();
    };
    try {
      const world = await edgeWorld({ env: { SMTP_URL: mails.url } });
      closing.push(() => world.close());
      const operations = world.names.map(async (name) => [name, await operationsOf(world, name)] as const);
      const cast = await Cast.enter(world, () => mails.mails());
      return new Stage(world, cast, await accessTable(), new Map(await Promise.all(operations)), close);
    } catch (error) {
      await close();
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

  /** Of several duties that are enough, the first opens the caller's own objects and the last one foreign ones: both are tried. */
  async tokenOf(caller: CallerKind, operation: Operation, which: 'own' | 'foreign'): Promise<string | undefined> {
    if (caller === 'anonymous') return undefined;
    if (caller === 'service') return this.world.tokens.service('admin-service', operation.service);
    const enough = this.rowOf(operation)?.duties ?? [];
    const others = enough.length === 0 ? [] : DUTIES.filter((duty) => !enough.includes(duty));
    const one = enough.at(which === 'own' ? 0 : -1);
    const dutiesOf = { admin: others, 'admin with duty': one === undefined ? [] : [one], superadmin: [], tutor: [], student: [] };
    const isAdmin = caller === 'admin' || caller === 'admin with duty';
    return this.world.tokens.user({
      id: this.#userIdOf(caller),
      role: isAdmin ? 'admin' : caller,
      duties: dutiesOf[caller],
    });
  }

  /** Somebody whom the operation lets in, and about whose objects. */
  admitted(operation: Operation): { readonly caller: CallerKind; readonly which: 'own' | 'foreign' } {
    const row = this.rowOf(operation);
    for (const which of ['own', 'foreign'] as const) {
      const caller = CALLERS.findLast((known) => row?.cells[known][which] === 'ok');
      if (caller !== undefined) return { caller, which };
    }
    return { caller: row === undefined || row.duties.length === 0 ? 'anonymous' : 'admin with duty', which: 'own' };
  }

  async tokenOfAdmitted(operation: Operation): Promise<string | undefined> {
    const { caller, which } = this.admitted(operation);
    return this.tokenOf(caller, operation, which);
  }

  pathOf(operation: Operation, caller: CallerKind, which: 'own' | 'foreign'): Record<string, string> {
    return this.cast.pathOf(operation, which, which === 'own' ? this.#userIdOf(caller) : this.cast.foreign.studentId);
  }

  async ask(operation: Operation, caller: CallerKind, which: 'own' | 'foreign'): Promise<Answer> {
    const { body, headers } = exampleOf(operation);
    const token = await this.tokenOf(caller, operation, which);
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

  #userIdOf(caller: CallerKind): string {
    if (caller === 'tutor') return this.cast.own.tutorId;
    if (caller === 'superadmin') return this.cast.superadminId;
    return caller === 'admin' || caller === 'admin with duty' ? this.cast.adminId : this.cast.own.studentId;
  }
}
