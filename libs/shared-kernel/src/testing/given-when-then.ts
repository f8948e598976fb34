import { deepStrictEqual, ok } from 'node:assert/strict';
import type { BaseDomainEvent } from '../domain/base-domain.event.ts';
import type { HistoricalEvent } from '../domain/event-sourced.aggregate.ts';
import { historyOf } from './history-of.ts';

/** An aggregate class that can be rebuilt from what it recorded; what it was rebuilt from is not uncommitted any more. */
export interface Replayable<A extends Recording> {
  replay(history: readonly BaseDomainEvent[]): A;
}

/** A class of event-sourced aggregates. */
export interface EventSourced<A extends Recording> {
  fromHistory(history: Iterable<HistoricalEvent>): A;
}

export interface Recording {
  getUncommittedEvents(): readonly BaseDomainEvent[];
}

type ErrorClass = abstract new (...args: never[]) => Error;

export interface When<A extends Recording> {
  /** `act` may answer another aggregate (a factory does): then that one's events count. */
  when(act: (aggregate: A) => Recording | void): Then;
}

interface Creation {
  /** A factory that decides against it answers nothing, which counts as no event. */
  when(create: () => Recording | undefined): Then;
}

interface Then {
  /** Throws AssertionError unless exactly these events were recorded, or unless the command was refused so and recorded nothing. */
  then(expected: readonly BaseDomainEvent[] | ErrorClass): void;
}

/**
 * `given(User, [created]).when((user) => user.activate()).then([activated])`. Of an event-sourced aggregate it also asserts that the state
 * after the command is the one that its stored history leads to.
 */
export function given<A extends Recording>(
  aggregate: Replayable<A> | EventSourced<A>,
  history: readonly BaseDomainEvent[],
): When<A> {
  return {
    when: (act) =>
      judged((expected) => {
        const subject = 'fromHistory' in aggregate ? aggregate.fromHistory(historyOf(history)) : aggregate.replay(history);
        const outcome = attempt(() => act(subject) ?? subject);
        judge(outcome, expected);
        if (outcome.error !== undefined) deepStrictEqual(facts(subject), [], 'a refused command must record nothing');
        if ('fromHistory' in aggregate) {
          const replayed = aggregate.fromHistory(historyOf([...history, ...subject.getUncommittedEvents()]));
          deepStrictEqual(stateOf(subject), stateOf(replayed), 'the live state must be the replayed one');
        }
      }),
  };
}

/** For the command that begins a stream: `givenNoStream().when(() => Payment.create(order)).then([created])`. */
export function givenNoStream(): Creation {
  return { when: (create) => judged((expected) => judge(attempt(create), expected)) };
}

type Expected = Parameters<Then['then']>[0];

interface Outcome {
  readonly result?: Recording | undefined;
  readonly error?: unknown;
}

function judged(then: Then['then']): Then {
  // oxlint-disable-next-line unicorn/no-thenable -- the sentence reads given, when, then; nobody awaits it
  return { then };
}

function judge({ result, error }: Outcome, expected: Expected): void {
  if (typeof expected === 'function') {
    ok(error instanceof expected, `expected ${expected.name}, got ${String(error ?? 'no error')}`);
  } else {
    if (error !== undefined) throw error;
    deepStrictEqual(result === undefined ? [] : facts(result), expected.map(fact));
  }
}

function attempt(act: () => Recording | undefined): Outcome {
  try {
    return { result: act() };
  } catch (error) {
    return { error };
  }
}

function stateOf(aggregate: Recording): unknown {
  return 'snapshot' in aggregate ? aggregate.snapshot : undefined;
}

function facts(aggregate: Recording): unknown[] {
  return aggregate.getUncommittedEvents().map(fact);
}

function fact({ eventName, payload }: BaseDomainEvent): unknown {
  return { eventName, payload };
}
