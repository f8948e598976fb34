import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { contracts } from '@edtech/contracts';
import { DomainError, EventContracts } from '@edtech/shared-kernel';
import type { BaseDomainEvent } from '@edtech/shared-kernel/domain';
import { historyOf } from '@edtech/shared-kernel/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aPayoutAsk, type PayoutAsk } from '../../../test/payout-commands.arbitrary.ts';
import { MINIMUM, owed } from '../../../test/payout.fixture.ts';
import { PayoutFailedEvent } from '../events/payout-failed.event.ts';
import { PayoutHeldEvent } from '../events/payout-held.event.ts';
import { PayoutHoldReleasedEvent } from '../events/payout-hold-released.event.ts';
import { PayoutPaidEvent } from '../events/payout-paid.event.ts';
import { PayoutStartedEvent } from '../events/payout-started.event.ts';
import { Payout } from './payout.aggregate.ts';

const known = new EventContracts(contracts);
const story = fc.array(aPayoutAsk, { maxLength: 40, size: 'max' });

function newPayout(): Payout {
  const payout = Payout.schedule(owed(2_000), MINIMUM);
  if (payout === undefined) throw new Error('the balance is high enough');
  return payout;
}

/** The names of the events that followed, or the code of the refusal; whatever but a business rule is thrown is a fault. */
function outcomeOf({ act }: PayoutAsk, payout: Payout): readonly string[] | string {
  const before = payout.getUncommittedEvents().length;
  try {
    act(payout);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    strictEqual(payout.getUncommittedEvents().length, before, 'a refusal leaves no event');
    return error.code;
  }
  return payout
    .getUncommittedEvents()
    .slice(before)
    .map(({ eventName }) => eventName);
}

function reloaded(payout: Payout): Payout {
  return Payout.fromHistory(historyOf(payout.getUncommittedEvents()));
}

/** Throws at the first event that breaks an invariant of the design. */
function check(events: readonly BaseDomainEvent[]): void {
  let [paid, failures, underWay] = [false, 0, false];
  let hold: { readonly by?: string | undefined } | undefined;
  const transfers = new Set<string>();
  for (const event of events) {
    if (event instanceof PayoutStartedEvent) {
      ok(!underWay && !paid && hold === undefined, 'one transfer at a time, none while held or after the payment');
      ok(!transfers.has(event.payload.providerRef), 'a transfer is started once');
      transfers.add(event.payload.providerRef);
      underWay = true;
    }
    if (event instanceof PayoutPaidEvent) {
      ok(underWay && [...transfers].at(-1) === event.payload.providerRef, 'the transfer under way pays, once');
      [paid, underWay] = [true, false];
    }
    if (event instanceof PayoutFailedEvent) {
      failures++;
      ok(
        underWay && event.payload.attempt === failures && event.payload.final === (failures === 3),
        'the third failure is final',
      );
      underWay = false;
    }
    if (event instanceof PayoutHeldEvent) {
      ok(!underWay && !paid && hold === undefined, 'held once, and never while the money is on its way');
      hold = event.payload;
    }
    if (event instanceof PayoutHoldReleasedEvent) {
      ok(hold !== undefined && hold.by !== event.payload.by, 'a second person lets it go');
      [hold, failures] = [undefined, 0];
    }
  }
  ok(failures < 3 || hold !== undefined, 'a final failure holds the payout');
}

test('whatever is asked of a payout: every invariant holds, a refusal changes nothing, a repeat records nothing, and the history is the whole truth', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(story, (asks) => {
      const payout = newPayout();
      let fromStore = reloaded(payout);
      for (const ask of asks) {
        const before = payout.snapshot;
        const outcome = outcomeOf(ask, payout);
        seen.add(String(outcome));
        deepStrictEqual(outcomeOf(ask, fromStore), outcome, `${ask.name}, asked of what was stored`);
        deepStrictEqual(fromStore.snapshot, payout.snapshot);
        if (typeof outcome === 'string' || outcome.length === 0) {
          deepStrictEqual(payout.snapshot, before);
        } else {
          deepStrictEqual(outcomeOf(ask, payout), [], `${ask.name}, repeated`);
          fromStore = reloaded(payout);
        }
        check(payout.getUncommittedEvents());
      }
      for (const { eventName, payload } of payout.getUncommittedEvents()) {
        expect(known.get(eventName).parse(payload)).toEqual(payload);
      }
    }),
    { numRuns: 500 },
  );
  expect([...seen].toSorted()).toEqual([
    '',
    'INVALID_STATE',
    'SAME_PERSON',
    'UNKNOWN_TRANSFER',
    'payout.failed',
    'payout.failed,payout.held',
    'payout.held',
    'payout.hold_released',
    'payout.paid',
    'payout.started',
  ]);
});

test('a snapshot after any event, with the events that follow, gives the payout of the whole history', () => {
  fc.assert(
    fc.property(story, fc.nat(), (asks, k) => {
      const payout = newPayout();
      for (const ask of asks) outcomeOf(ask, payout);
      const events = payout.getUncommittedEvents();
      const at = 1 + (k % events.length);
      const early = Payout.fromHistory(historyOf(events.slice(0, at)));
      const stored: typeof early.snapshot = JSON.parse(JSON.stringify(early.snapshot));
      const late = Payout.fromSnapshot(stored, early.position, historyOf(events.slice(at), { after: at }));
      expect(late.snapshot).toEqual(payout.snapshot);
    }),
    { numRuns: 200 },
  );
});
