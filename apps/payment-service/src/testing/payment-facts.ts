import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import { recordedOf, type MemoryDatabase } from '@edtech/shared-kernel/testing';
import { Payment } from '../domain/aggregates/payment.aggregate.ts';
import type { PaymentState } from '../domain/aggregates/payment.state.ts';
import { Payout } from '../domain/aggregates/payout.aggregate.ts';
import type { PayoutState } from '../domain/aggregates/payout.state.ts';
import { Erasure } from '../domain/entities/erasure.entity.ts';
import { balanceOf, entriesOf, type Account } from '../domain/ledger/ledger.ts';

/** What the log of payment-service says at rest. */
export class PaymentFacts {
  readonly payments: readonly PaymentState[];
  readonly payouts: readonly PayoutState[];
  readonly #events: readonly RecordedEvent[];

  constructor({ log, contracts }: MemoryDatabase) {
    this.#events = log.map((event) => recordedOf(event, contracts));
    const streams = (type: string): (readonly RecordedEvent[])[] => {
      const events = this.#events.filter(({ aggregateType }) => aggregateType === type);
      return [...Map.groupBy(events, ({ aggregateId }) => aggregateId).values()];
    };
    this.payments = streams(Payment.AGGREGATE_TYPE).map((events) => Payment.fromHistory(replayable(events)).snapshot);
    this.payouts = streams(Payout.AGGREGATE_TYPE).map((events) => Payout.fromHistory(replayable(events)).snapshot);
  }

  /** Whether something was reported about the payment that it could not believe. */
  hasMismatch(paymentId: string): boolean {
    return this.#events.some(
      ({ aggregateId, eventName }) => aggregateId === paymentId && eventName === 'payment.provider_mismatch',
    );
  }

  /** Users whose request to be forgotten was answered, once for each answer. */
  get erased(): readonly string[] {
    return this.#events
      .filter(({ aggregateType }) => aggregateType === Erasure.AGGREGATE_TYPE)
      .map(({ aggregateId }) => aggregateId)
      .toSorted();
  }

  /** Debit and credit of everything that the log posts, by account and currency. */
  get books(): ReadonlyMap<string, { readonly account: Account; readonly currency: string; debit: number; credit: number }> {
    const books = new Map<string, { readonly account: Account; readonly currency: string; debit: number; credit: number }>();
    for (const { aggregateType, eventName, payload } of this.#events) {
      if (aggregateType !== Payment.AGGREGATE_TYPE && aggregateType !== Payout.AGGREGATE_TYPE) continue;
      for (const { account, currency, debit, credit } of entriesOf(eventName, payload)) {
        const line = books.get(`${account} ${currency}`) ?? { account, currency, debit: 0, credit: 0 };
        line.debit += debit;
        line.credit += credit;
        books.set(`${account} ${currency}`, line);
      }
    }
    return books;
  }

  balance(account: Account, currency: string): number {
    return balanceOf(account, this.books.get(`${account} ${currency}`) ?? { debit: 0, credit: 0 });
  }
}

/** The hashes of a stream are not in its copy, and no fold asks for them. */
export function replayable(events: readonly RecordedEvent[]) {
  return events.map((event) => ({ ...event, hash: '' }));
}
