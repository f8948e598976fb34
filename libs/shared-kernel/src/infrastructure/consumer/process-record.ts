import type { PoolClient } from 'pg';
import type { EventContracts } from '../../application/event-contract.ts';
import type { EventReaction } from '../../application/event-reaction.ts';
import type { FailurePolicy } from '../../application/failure-policy.ts';
import { ConcurrencyConflict } from '../../domain/domain.error.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import { isRollbackToRepeat, isUnavailable, sqlState } from '../database/pg-errors.ts';
import { streamKey, type Delivery, type Units } from '../inbox/event-delivery.ts';
import type { ParkedMessage, Parking } from '../inbox/parking-lot.ts';
import { readBusMessage } from './bus-message.ts';
import { FailedAttempts } from './failed-attempts.ts';
import type { ProcessRecord, RecordOutcome } from './queue-record.ts';
import { ReactionsByEvent } from './reactions-by-event.ts';
import { inboxOf, rejected, RejectedMessage } from './rejected-message.ts';

export interface RecordProcessorParts<Client = PoolClient> {
  readonly service: string;
  readonly contracts: EventContracts;
  readonly reactions: readonly EventReaction[];
  readonly delivery: Pick<Delivery<Client>, 'deliver'>;
  readonly unitOfWork: Units<Client>;
  readonly parkingLot: Parking<Client>;
  readonly policy: FailurePolicy;
}

const IMMEDIATE_RETRIES = 3;
/**
 * The database is there: a statement that waited too long for a lock, or ran too long, tells of itself, and an event store is another system. What
 * becomes of the message is for the policy to say.
 */
const NOT_THE_DATABASE = new Set<string | undefined>(['55P03', '57014', 'EVENT_STORE_UNAVAILABLE']);
const AWAY: RecordOutcome = { retryAfterMs: 1_000, databaseAway: true };
const PARKING_FAILED: RecordOutcome = { retryAfterMs: 5_000 };

/**
 * Hands a queue message to every reaction to its event, each in a transaction of its own. `done` means that the message may be deleted:
 * every reaction has handled it (now, before, or as outdated), holds it, or has parked it; a message that is no event of the contracts,
 * or that nobody handles, is parked under `<service>.inbox`. Never throws; a repeated message changes nothing.
 */
export function createRecordProcessor<Client>(parts: RecordProcessorParts<Client>): ProcessRecord {
  const reactions = new ReactionsByEvent(parts.contracts, parts.reactions);
  const failed = new FailedAttempts();
  return async (record) => {
    let event: RecordedEvent;
    let reacting: readonly EventReaction[];
    try {
      event = readBusMessage(record.body, parts.contracts);
      reacting = reactions.of(event.eventName);
    } catch (error) {
      const stream = `${RejectedMessage.aggregateType}/${record.messageId}`;
      return park(parts, inboxOf(parts.service), stream, rejected(record), error, record.receiveCount);
    }
    let outcome: RecordOutcome = 'done';
    for (const reaction of reacting) outcome = sooner(outcome, await react(parts, failed, reaction, event, record.receiveCount));
    return outcome;
  };
}

/** For the Redriver: reads what was parked under `<service>.inbox` again; all of its effects and the way out commit together. */
export function createInboxReaction<Client>(parts: Omit<RecordProcessorParts<Client>, 'policy'>): EventReaction {
  const reactions = new ReactionsByEvent(parts.contracts, parts.reactions);
  return {
    subscription: inboxOf(parts.service),
    events: [RejectedMessage.name],
    effect: 'database',
    order: 'any',
    async handle({ payload }) {
      const event = readBusMessage(RejectedMessage.parse(payload).body, parts.contracts);
      for (const reaction of reactions.of(event.eventName)) await deliverOrQueue(parts, reaction, event);
    },
  };
}

async function react<Client>(
  parts: RecordProcessorParts<Client>,
  failed: FailedAttempts,
  reaction: EventReaction,
  event: RecordedEvent,
  receptions: number,
): Promise<RecordOutcome> {
  for (let race = 0; ; race++) {
    try {
      await deliverOrQueue(parts, reaction, event);
      failed.forget(reaction.subscription, event.eventId);
      return 'done';
    } catch (error) {
      if (race < IMMEDIATE_RETRIES && (error instanceof ConcurrencyConflict || isRollbackToRepeat(error))) continue;
      if (isAway(error)) return AWAY;
      const attempt = failed.count(reaction.subscription, event.eventId, receptions);
      const verdict = parts.policy(error, attempt);
      if (verdict.kind === 'retry') return { retryAfterMs: verdict.afterMs };
      failed.forget(reaction.subscription, event.eventId);
      return park(parts, reaction.subscription, streamKey(event), asParked(event), error, attempt);
    }
  }
}

/** Behind a parked event of its stream the event waits in the queue; else it is handled. */
async function deliverOrQueue<Client>(
  { unitOfWork, parkingLot, delivery }: Pick<RecordProcessorParts<Client>, 'unitOfWork' | 'parkingLot' | 'delivery'>,
  reaction: EventReaction,
  event: RecordedEvent,
): Promise<void> {
  const queued = async (): Promise<boolean> =>
    parkingLot.joinQueue(await unitOfWork.client(), reaction.subscription, streamKey(event), asParked(event));
  if (reaction.effect === 'database') {
    await unitOfWork.run(async () => {
      if (!(await queued())) await delivery.deliver(reaction, event);
    });
  } else if (!(await unitOfWork.run(queued))) await delivery.deliver(reaction, event);
}

async function park<Client>(
  { unitOfWork, parkingLot }: RecordProcessorParts<Client>,
  subscription: string,
  stream: string,
  message: ParkedMessage,
  error: unknown,
  attempts: number,
): Promise<RecordOutcome> {
  try {
    await unitOfWork.run(async () => parkingLot.park(await unitOfWork.client(), subscription, stream, message, error, attempts));
    return 'done';
  } catch (parkingError) {
    return isAway(parkingError) ? AWAY : PARKING_FAILED;
  }
}

function isAway(error: unknown): boolean {
  return isUnavailable(error) && !NOT_THE_DATABASE.has(sqlState(error));
}

function asParked(event: RecordedEvent): ParkedMessage {
  return { eventId: event.eventId, eventName: event.eventName, message: JSON.stringify(event) };
}

/** The message comes back as soon as the first of its reactions wants it; for the others that is a no-op or one attempt more. */
function sooner(a: RecordOutcome, b: RecordOutcome): RecordOutcome {
  if (a === 'done' || b === 'done') return a === 'done' ? b : a;
  if (a.databaseAway !== b.databaseAway) return a.databaseAway ? a : b;
  return a.retryAfterMs <= b.retryAfterMs ? a : b;
}
