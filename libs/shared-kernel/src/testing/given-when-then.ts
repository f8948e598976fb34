import { deepStrictEqual, ok } from 'node:assert/strict';
import type { BaseDomainEvent } from '../domain/base-domain.event.ts';

/** An aggregate class that can be rebuilt from what it recorded; what it was rebuilt from is not uncommitted any more. */
export interface Replayable<A extends Recording> {
  replay(history: readonly BaseDomainEvent[]): A;
}

export interface Recording {
  getUncommittedEvents(): readonly BaseDomainEvent[];
}

type ErrorClass = abstract new (...args: never[]) => Error;

export interface When<A extends Recording> {
  /** `act` may answer another aggregate (a factory does): then that one's events count. */
  when(act: (aggregate: A) => Recording | void): Then;
}

interface Then {
  /** Throws AssertionError unless exactly these events were recorded, or unless the command was refused so and recorded nothing. */
  then(expected: readonly BaseDomainEvent[] | ErrorClass): void;
}

/** `given(User, [created]).when((user) => user.activate()).then([activated])` */
export function given<A extends Recording>(aggregate: Replayable<A>, history: readonly BaseDomainEvent[]): When<A> {
  return {
    when: (act) => ({
      // oxlint-disable-next-line unicorn/no-thenable -- the sentence reads given, when, then; nobody awaits it
      then: (expected) => {
        const subject = aggregate.replay(history);
        const outcome = attempt(() => act(subject) ?? subject);
        if (typeof expected === 'function') {
          ok(outcome.error instanceof expected, `expected ${expected.name}, got ${String(outcome.error ?? 'no error')}`);
          deepStrictEqual(facts(subject), [], 'a refused command must record nothing');
        } else {
          if (outcome.error !== undefined) throw outcome.error;
          deepStrictEqual(facts(outcome.result ?? subject), expected.map(fact));
        }
      },
    }),
  };
}

function attempt(act: () => Recording): { readonly result?: Recording; readonly error?: unknown } {
  try {
    return { result: act() };
  } catch (error) {
    return { error };
  }
}

function facts(aggregate: Recording): unknown[] {
  return aggregate.getUncommittedEvents().map(fact);
}

function fact({ eventName, payload }: BaseDomainEvent): unknown {
  return { eventName, payload };
}
