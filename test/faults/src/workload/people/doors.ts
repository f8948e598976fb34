import { setTimeout as sleep } from 'node:timers/promises';
import type { Cell } from '../../cell/cell.ts';
import { HttpClient, type Answer, type ClientErrors, type ClientRequest } from '../http-client.ts';

export type PeopleService = 'identity-service' | 'user-service' | 'tutor-service' | 'admin-service';

/** What a consumer of one service hears from another. */
export interface News {
  /** Name of the consumer, which begins with that of its service. */
  readonly by: string;
  readonly of: PeopleService;
  readonly names: readonly string[];
  readonly aggregateId: string;
}

const PATIENCE_MS = 60_000;
const AGAIN_MS = 400;
const NEVER = new AbortController().signal;

/** How clients reach the services: every request is repeated until it is answered. What must not be answered is kept for the report. */
export class Doors {
  readonly errors: ClientErrors = { dirty: [], unavailable: 0, broken: 0 };
  /** Answers that nobody should get who asks in this order. */
  readonly unexpected: string[] = [];
  readonly #clients = new Map<PeopleService, HttpClient>();

  constructor(private readonly cell: Cell) {}

  /** Undefined: given up, the outcome is unknown. */
  ask(service: PeopleService, request: ClientRequest): Promise<Answer | undefined> {
    const client = this.#clients.get(service) ?? new HttpClient(this.cell.service(service).urls, this.errors);
    this.#clients.set(service, client);
    return client.send(request, NEVER);
  }

  /** Asks again while the answer says that news of another service have not come yet, for a minute at most. */
  async askPatiently(service: PeopleService, request: ClientRequest, early: readonly string[]): Promise<Answer | undefined> {
    for (const until = performance.now() + PATIENCE_MS; ;) {
      const answer = await this.ask(service, request);
      if (answer === undefined || !early.includes(answer.code) || performance.now() > until) return answer;
      await sleep(AGAIN_MS);
    }
  }

  /** Whether `by` has handled the newest of these events of an aggregate; true when there is none. A look behind the doors. */
  async hasHeard({ by, of, names, aggregateId }: News): Promise<boolean> {
    const { rows } = await this.cell
      .service(of)
      .database.query<{ event_id: string }>(
        `SELECT event_id FROM domain_events WHERE aggregate_id = $1 AND event_name = ANY($2) ORDER BY stream_version DESC LIMIT 1`,
        [aggregateId, names],
      );
    const [newest] = rows;
    if (newest === undefined) return true;
    const [service = ''] = by.split('.', 1);
    const { rowCount } = await this.cell
      .service(service)
      .database.query('SELECT 1 FROM inbox WHERE event_id = $1 AND starts_with(subscription, $2)', [newest.event_id, by]);
    return (rowCount ?? 0) > 0;
  }

  /** Notes an answer that should not have been given. */
  expectedNot(what: string, { status, code }: Answer): undefined {
    this.unexpected.push(`${what} was answered ${status} ${code}`);
  }
}

/** Looks again and again, for a minute at most or until `look` says that it will never come. Undefined: it has not come. */
export async function eventually<T>(look: () => Promise<T | 'never' | undefined>): Promise<T | undefined> {
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until;) {
    const found = await look();
    if (found === 'never') return undefined;
    if (found !== undefined) return found;
    await sleep(AGAIN_MS);
  }
  return undefined;
}

/** A text of an answer; empty when it has none of this name. */
export function textOf(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? value : '';
}

export function itemsOf(body: unknown): readonly unknown[] {
  const items: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'items') : undefined;
  return Array.isArray(items) ? items : [];
}
