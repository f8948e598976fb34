import { v7 as uuidv7 } from 'uuid';
import type { BackgroundWorker } from '../../application/background-worker.ts';
import type { EventContract } from '../../application/event-contract.ts';
import { inMessageContext } from '../../application/message-context.ts';
import { BaseDomainEvent } from '../../domain/base-domain.event.ts';
import { NO_STREAM } from '../../domain/stream-position.ts';
import type { Database } from '../database/database.ts';
import { copyStatement } from '../database/write-statement.ts';
import type { EventRecorder } from '../domain-events/event-recorder.ts';
import type { AccessDenial, AccessDenials } from '../http/access-denials.ts';

/** The contract of a service with this aggregate type is what its refused requests are recorded as. */
const AGGREGATE_TYPE = 'AccessDenial';
const EVERY_MS = 60_000;

interface Parts {
  readonly denials: AccessDenials;
  readonly recorder: EventRecorder;
  readonly database: Database;
  readonly recorded: () => void;
}

/** What refused requests are recorded as; undefined: the service has no contract for them. */
export function denialContract(contracts: Iterable<EventContract>, service: string): EventContract | undefined {
  return [...contracts].find(({ aggregateType, producer }) => aggregateType === AGGREGATE_TYPE && producer === service);
}

/**
 * Records the refused requests of a minute in the service's log, one event for each caller, route and reason, in the name of that caller. Those
 * of a minute in which the process dies or its database is away are lost: refusing costs an attacker nothing, so it must not cost us more.
 */
export class DenialRecorder implements BackgroundWorker {
  readonly name = 'access-denials';
  readonly #Event: new (payload: object) => BaseDomainEvent;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(
    contract: EventContract,
    private readonly parts: Parts,
  ) {
    this.#Event = class extends BaseDomainEvent {
      static override readonly EVENT_NAME = contract.name;
    };
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#working = this.record().catch(() => undefined);
    }, EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
    await this.record().catch(() => undefined);
  }

  async record(): Promise<void> {
    const { denials, recorder, database, recorded } = this.parts;
    const events = denials.take().flatMap(({ actor, messageId, correlationId, ...denial }) =>
      inMessageContext({ actor, messageId, correlationId }, () => {
        const denialId = uuidv7();
        const event = new this.#Event(payloadOf(denialId, actor.id, denial));
        return recorder.record(AGGREGATE_TYPE, denialId, NO_STREAM, [event]).events;
      }),
    );
    if (events.length === 0) return;
    await database.query(copyStatement(events));
    recorded();
  }
}

function payloadOf(
  denialId: string,
  by: string,
  denial: Pick<AccessDenial, 'target' | 'reason' | 'count' | 'since' | 'until'>,
): object {
  const { target, reason, count, since, until } = denial;
  return { denialId, by, target, reason, result: 'denied', count, since: since.toISOString(), until: until.toISOString() };
}
