import type { EventSourced, EventSourcedClass, EventSourcedRepository } from '@edtech/shared-kernel';
import { ConcurrencyConflict } from '@edtech/shared-kernel/domain';
import type { SimulatedEventStore, StateOf, Volatile } from '@edtech/shared-kernel/testing';
import { Erasures } from '../application/interfaces/erasures.interface.ts';
import { PaymentRepository } from '../application/interfaces/payment.repository.ts';
import { PayoutRepository, type PayoutMoment } from '../application/interfaces/payout.repository.ts';
import { Payment } from '../domain/aggregates/payment.aggregate.ts';
import type { PaymentState } from '../domain/aggregates/payment.state.ts';
import { Payout } from '../domain/aggregates/payout.aggregate.ts';
import type { PayoutState } from '../domain/aggregates/payout.state.ts';
import { Erasure } from '../domain/entities/erasure.entity.ts';
import { replayable } from './payment-facts.ts';

/** The streams of one class: the real repository of the kernel, of which each process has its own. */
class Streams<State extends object, A extends EventSourced<State>> {
  readonly repository: Volatile<EventSourcedRepository<State, A>>;
  /** What the last decision about each aggregate left in memory. */
  readonly #decided = new Map<string, { readonly state: State; readonly version: number }>();

  constructor(
    store: SimulatedEventStore,
    private readonly aggregateClass: EventSourcedClass<State, A>,
  ) {
    this.repository = store.repository(aggregateClass);
  }

  /** What was decided on, and what the history up to there says. */
  readonly states: StateOf = {
    stored: (id) => this.#decided.get(id)?.state,
    replayed: (history) => {
      const decided = this.#decided.get(history[0]?.aggregateId ?? '');
      return decided && this.aggregateClass.fromHistory(replayable(history).slice(0, decided.version)).snapshot;
    },
  };

  get(id: string): Promise<A> {
    return this.repository.current.get(id);
  }

  async add(aggregate: A): Promise<void> {
    await this.repository.current.save(aggregate);
    this.#note(aggregate);
  }

  async change<T>(id: string, decide: (aggregate: A) => T): Promise<T> {
    let last: A | undefined;
    const { result } = await this.repository.current.change(id, (aggregate) => {
      last = aggregate;
      return decide(aggregate);
    });
    if (last !== undefined) this.#note(last);
    return result;
  }

  /** For the next run. */
  clear(): void {
    this.#decided.clear();
  }

  #note({ id, position: { version }, snapshot: state }: A): void {
    if ((this.#decided.get(id)?.version ?? 0) < version) this.#decided.set(id, { state, version });
  }
}

/** All streams of payment-service, for as long as a world is open. */
export class PaymentStreams {
  readonly payments: Streams<PaymentState, Payment>;
  readonly payouts: Streams<PayoutState, Payout>;
  readonly erasures: Streams<Erasure['snapshot'], Erasure>;

  constructor(store: SimulatedEventStore) {
    this.payments = new Streams<PaymentState, Payment>(store, Payment);
    this.payouts = new Streams<PayoutState, Payout>(store, Payout);
    this.erasures = new Streams<Erasure['snapshot'], Erasure>(store, Erasure);
  }

  /** For the next run. */
  clear(): void {
    for (const streams of [this.payments, this.payouts, this.erasures]) streams.clear();
  }
}

/** Over streams that outlive no process. */
export class SimulatedPayments extends PaymentRepository {
  constructor(private readonly streams: PaymentStreams['payments']) {
    super();
  }

  get(paymentId: string): Promise<Payment> {
    return this.streams.get(paymentId);
  }

  add(payment: Payment): Promise<void> {
    return this.streams.add(payment);
  }

  change<T>(paymentId: string, decide: (payment: Payment) => T): Promise<T> {
    return this.streams.change(paymentId, decide);
  }
}

/** Over streams that outlive no process. */
export class SimulatedPayouts extends PayoutRepository {
  constructor(private readonly streams: PaymentStreams['payouts']) {
    super();
  }

  get(payoutId: string): Promise<Payout> {
    return this.streams.get(payoutId);
  }

  add(payout: Payout): Promise<void> {
    return this.streams.add(payout);
  }

  change<T>(payoutId: string, decide: (payout: Payout) => T): Promise<T> {
    return this.streams.change(payoutId, decide);
  }

  async historyOf(payoutId: string): Promise<readonly PayoutMoment[]> {
    return this.streams.repository.current.historyOf(payoutId);
  }
}

/** Over streams that outlive no process. */
export class SimulatedErasures extends Erasures {
  constructor(private readonly streams: PaymentStreams['erasures']) {
    super();
  }

  async confirm(userId: string): Promise<void> {
    try {
      await this.streams.add(Erasure.confirm(userId));
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict)) throw error;
    }
  }
}
