import { Clock } from '../../src/application/clock.ts';
import { EventContracts } from '../../src/application/event-contract.ts';
import { retryThenPark } from '../../src/application/failure-policy.ts';
import { messageContext } from '../../src/application/message-context.ts';
import type { SagaDefinition } from '../../src/application/saga.ts';
import type { RecordedEvent } from '../../src/domain/recorded-event.ts';
import { Database } from '../../src/infrastructure/database/database.ts';
import { UnitOfWork } from '../../src/infrastructure/database/unit-of-work.ts';
import { EventRecorder } from '../../src/infrastructure/domain-events/event-recorder.ts';
import { EventDelivery, type Delivered } from '../../src/infrastructure/inbox/event-delivery.ts';
import { SagaRuntime } from '../../src/infrastructure/sagas/saga-runtime.ts';
import { Sagas } from '../../src/infrastructure/sagas/sagas.ts';
import { BookingSaga, LampSaga, MeetingSaga, OnboardingSaga } from './sagas.fixture.ts';

export class ManualClock extends Clock {
  #now = new Date('2026-01-05T09:00:00.000Z');

  now(): Date {
    return this.#now;
  }
  advance(ms: number): void {
    this.#now = new Date(this.#now.getTime() + ms);
  }
}

export const CREATE_EFFECTS =
  'CREATE TABLE effects (id bigint GENERATED ALWAYS AS IDENTITY, command_id text NOT NULL, command text NOT NULL, subject text NOT NULL)';

/** One replica of a service over a shared database. Its handlers write a row each; `before` and `after` that row a test may interfere. */
export class SagaReplica {
  readonly database: Database;
  readonly unitOfWork: UnitOfWork;
  readonly runtime: SagaRuntime;
  readonly sagas: Sagas;
  readonly #delivery: EventDelivery;
  before: (command: object) => Promise<void> | void = () => undefined;
  after: (command: object) => Promise<void> | void = () => undefined;

  constructor(
    url: string,
    readonly clock: Clock,
    sagas: readonly SagaDefinition[] = [new OnboardingSaga(), new BookingSaga(), new LampSaga(), new MeetingSaga()],
    timeScale = 1,
  ) {
    this.database = new Database({ url, applicationName: 'saga-replica', connections: 6 });
    this.unitOfWork = new UnitOfWork(this.database, new EventRecorder(new EventContracts([]), clock));
    this.#delivery = new EventDelivery(this.unitOfWork);
    this.sagas = new Sagas(this.database, clock);
    this.runtime = new SagaRuntime({
      unitOfWork: this.unitOfWork,
      database: this.database,
      clock,
      sagas,
      dispatch: (command) => this.#handle(command),
      policy: retryThenPark({ attempts: 5, baseMs: 100 }),
      timeScale,
    });
  }

  async deliver(event: RecordedEvent): Promise<Delivered[]> {
    const delivered: Delivered[] = [];
    for (const reaction of this.runtime.reactions()) {
      if (reaction.events.includes(event.eventName)) delivered.push(await this.#delivery.deliver(reaction, event));
    }
    return delivered;
  }

  async effects(): Promise<string[]> {
    const { rows } = await this.database.query<{ command: string; subject: string }>({
      text: 'SELECT command, subject FROM effects ORDER BY id',
    });
    return rows.map(({ command, subject }) => `${command} ${subject}`);
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  async #handle(command: object): Promise<void> {
    await this.before(command);
    const client = await this.unitOfWork.client();
    await client.query('INSERT INTO effects (command_id, command, subject) VALUES ($1, $2, $3)', [
      messageContext().messageId,
      command.constructor.name.replace(/Command$/, ''),
      subjectOf(command),
    ]);
    await this.after(command);
  }
}

function subjectOf(command: object): string {
  if ('tutorId' in command) return String(command.tutorId);
  if ('bookingId' in command) return String(command.bookingId);
  return 'lampId' in command ? String(command.lampId) : '';
}
