import fc from 'fast-check';
import type { Payout } from '../src/domain/aggregates/payout.aggregate.ts';
import { finance, support } from './payment.fixture.ts';

/** Something asked of a payout; it says what, when a run fails. */
export interface PayoutAsk {
  readonly name: string;
  act(payout: Payout): void;
}

const aTransfer = fc.oneof(
  { weight: 4, arbitrary: fc.constant<string | undefined>(undefined) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }).map((n) => `tr_${n}`) },
);
/** The named transfer, else the last one. */
const transferOf = (payout: Payout, transfer: string | undefined): string =>
  transfer ?? payout.snapshot.transfers.at(-1) ?? 'tr_1';
const aPerson = fc.constantFrom(support, finance);
const aHolder = fc.constantFrom(
  { reason: 'negative_balance' },
  { reason: 'asked', by: support },
  { reason: 'asked', by: finance },
);

function ask<T>(weight: number, name: string, field: fc.Arbitrary<T>, act: (payout: Payout, asked: T) => void) {
  return {
    weight,
    arbitrary: field.map((asked): PayoutAsk => ({
      name: `${name} ${JSON.stringify(asked)}`,
      act: (payout) => act(payout, asked),
    })),
  };
}

/** Any command on a payout, possible or not. */
export const aPayoutAsk: fc.Arbitrary<PayoutAsk> = fc.oneof(
  ask(
    5,
    'start',
    fc.integer({ min: 1, max: 8 }).map((n) => `tr_${n}`),
    (payout, providerRef) => payout.start(providerRef),
  ),
  ask(1, 'record paid', aTransfer, (payout, transfer) => payout.recordPaid(transferOf(payout, transfer))),
  ask(5, 'record failed', aTransfer, (payout, transfer) =>
    payout.recordFailed({ providerRef: transferOf(payout, transfer), code: 'account_closed' }),
  ),
  ask(1, 'hold', aHolder, (payout, hold) => payout.hold(hold)),
  ask(3, 'release hold', aPerson, (payout, by) => payout.releaseHold({ by })),
);
