import { EventSourcedAggregate, type HistoricalEvent, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import { PayoutInvalidState, PayoutSamePerson, UnknownTransfer } from '../errors/payout.errors.ts';
import { PayoutFailedEvent } from '../events/payout-failed.event.ts';
import { PayoutHeldEvent } from '../events/payout-held.event.ts';
import { PayoutHoldReleasedEvent } from '../events/payout-hold-released.event.ts';
import { PayoutPaidEvent } from '../events/payout-paid.event.ts';
import { PayoutScheduledEvent } from '../events/payout-scheduled.event.ts';
import { PayoutStartedEvent } from '../events/payout-started.event.ts';
import { Money, type Currency } from '../value-objects/money.vo.ts';
import { NO_PAYOUT, type PayoutState, type PayoutStatus } from './payout.state.ts';

const MOST_FAILURES = 3;

export type PayoutEvents =
  | typeof PayoutScheduledEvent
  | typeof PayoutStartedEvent
  | typeof PayoutPaidEvent
  | typeof PayoutFailedEvent
  | typeof PayoutHeldEvent
  | typeof PayoutHoldReleasedEvent;

export interface NewPayout {
  readonly payoutId: string;
  readonly tutorId: string;
  /** ISO week, `2026-W45`. */
  readonly week: string;
  /** What the tutor is owed, in minor units; below zero when more was reversed than is to come. */
  readonly balance: number;
  readonly currency: Currency;
  readonly paymentIds: readonly string[];
  /** Earnings that were reversed after their release; the balance is what they leave. */
  readonly deductions: readonly { readonly refundId: string; readonly amount: number }[];
}

interface FailedTransfer {
  readonly providerRef: string;
  readonly code: string;
}

interface Hold {
  readonly reason: string;
  /** The person who stops it; without, the platform does. */
  readonly by?: string;
}

interface HoldRelease {
  readonly by: string;
  readonly reason?: string | undefined;
  /** The approval or command, if it has a name. */
  readonly decisionId?: string | undefined;
}

/**
 * A week's money to one tutor: `scheduled → processing → paid | failed`, `failed → processing` until the third failure, and
 * `scheduled | failed → held → scheduled`. A repeat of what is recorded already records nothing.
 */
export class Payout extends EventSourcedAggregate<PayoutEvents, PayoutState> {
  static override readonly AGGREGATE_TYPE = 'Payout';
  protected override readonly beginsWith = 'payout.scheduled';
  protected override state = NO_PAYOUT;

  protected override readonly when: When<PayoutEvents> = {
    'payout.scheduled': ({ payoutId: id, tutorId, week, amount, currency, paymentIds, deductions }) => {
      const names = deductions.map(({ refundId }) => refundId);
      this.state = { ...NO_PAYOUT, id, tutorId, week, amount, currency, paymentIds, deductions: names };
    },
    'payout.started': ({ providerRef }) => this.#set({ status: 'processing', transfers: [...this.state.transfers, providerRef] }),
    'payout.paid': () => this.#set({ status: 'paid' }),
    'payout.failed': ({ attempt }) => this.#set({ status: 'failed', failures: attempt }),
    'payout.held': ({ by = null }) => this.#set({ status: 'held', heldBy: by }),
    'payout.hold_released': ({ decisionId }) => {
      const decisions = decisionId === undefined ? this.state.decisions : [...this.state.decisions, decisionId];
      this.#set({ status: 'scheduled', failures: 0, heldBy: null, decisions });
    },
  };

  private constructor() {
    super();
  }

  /**
   * Nothing for a balance below `minimum`: it waits for the next week. Throws InvalidAmount for a balance that is no whole number. That a
   * tutor has one payout a week and currency is for the caller to see to, by a `payoutId` that follows from them.
   */
  static schedule(owed: NewPayout, { minimum }: { readonly minimum: number }): Payout | undefined {
    const { payoutId, tutorId, week, balance, currency, paymentIds, deductions } = owed;
    if (balance < Math.max(minimum, 1)) return undefined;
    const { amount } = Money.of(balance, currency);
    const payout = new Payout();
    payout.record(new PayoutScheduledEvent({ payoutId, tutorId, week, amount, currency, paymentIds, deductions }));
    return payout;
  }

  /** The payout that a whole history leads to, ready for commands. Throws BrokenHistory and UnknownEvent. */
  static fromHistory(events: Iterable<HistoricalEvent>): Payout {
    return new Payout().replay(events);
  }

  /** Goes on from a snapshot taken at `position` with the events after it. Throws BrokenHistory and UnknownEvent. */
  static fromSnapshot(state: PayoutState, position: StreamPosition, tail: Iterable<HistoricalEvent>): Payout {
    return new Payout().restore(state, position).replay(tail);
  }

  get id(): string {
    return this.state.id;
  }
  override get subject(): string {
    return this.state.tutorId;
  }
  get status(): PayoutStatus {
    return this.state.status;
  }

  /**
   * A transfer is about to be asked for under the reference `providerRef`. Nothing for one that was started before. Throws PayoutInvalidState.
   */
  start(providerRef: string): void {
    if (this.state.transfers.includes(providerRef)) return;
    if (this.status !== 'scheduled' && this.status !== 'failed') {
      throw this.#invalid('start a transfer', 'find out what became of the transfers before, another one may pay twice');
    }
    this.record(new PayoutStartedEvent({ ...this.#about, providerRef }));
  }

  /** Throws UnknownTransfer, and PayoutInvalidState for a transfer that is not under way. */
  recordPaid(providerRef: string): void {
    const isCurrent = this.#isCurrent(providerRef);
    if (isCurrent && this.status === 'paid') return;
    if (!isCurrent || this.status !== 'processing') {
      throw this.#invalid(`be paid by ${providerRef}`, 'that transfer had failed; find out whether the tutor has its money');
    }
    const { amount, currency, paymentIds } = this.state;
    this.record(new PayoutPaidEvent({ ...this.#about, amount, currency, paymentIds, providerRef }));
  }

  /**
   * The third failure is final and holds the payout in the same decision. Nothing for a transfer whose failure is known.
   * Throws UnknownTransfer, and PayoutInvalidState for one that has paid.
   */
  recordFailed({ providerRef, code }: FailedTransfer): void {
    const isCurrent = this.#isCurrent(providerRef);
    if (isCurrent && this.status === 'paid') {
      throw this.#invalid(`fail by ${providerRef}`, 'find out whether the tutor has the money');
    }
    if (!isCurrent || this.status !== 'processing') return;
    const attempt = this.state.failures + 1;
    const final = attempt >= MOST_FAILURES;
    this.record(new PayoutFailedEvent({ ...this.#about, attempt, code, final }));
    if (final) this.record(new PayoutHeldEvent({ ...this.#about, reason: 'transfers_failed' }));
  }

  /** Nothing for a held payout: the first hold stands. Throws PayoutInvalidState while a transfer is under way and after it has paid. */
  hold({ reason, by }: Hold): void {
    if (this.status === 'held') return;
    if (this.status !== 'scheduled' && this.status !== 'failed') {
      throw this.#invalid('hold it', 'the money has left or is about to; wait for the outcome of the transfer');
    }
    this.record(new PayoutHeldEvent({ ...this.#about, reason, ...(by === undefined ? {} : { by }) }));
  }

  /**
   * Lets it be started again, three times at most. Nothing for one that is scheduled, and for a decision that let it go before: a hold that came
   * later is another one's to let go. Throws PayoutInvalidState, PayoutSamePerson.
   */
  releaseHold({ by, reason, decisionId }: HoldRelease): void {
    if (this.status === 'scheduled' || (decisionId !== undefined && this.state.decisions.includes(decisionId))) return;
    if (this.status !== 'held') throw this.#invalid('release its hold', 'only a held payout can be let go');
    if (by === this.state.heldBy) throw new PayoutSamePerson(this.id);
    const more = { ...(reason === undefined ? {} : { reason }), ...(decisionId === undefined ? {} : { decisionId }) };
    this.record(new PayoutHoldReleasedEvent({ ...this.#about, by, ...more }));
  }

  get #about(): { readonly payoutId: string; readonly tutorId: string } {
    return { payoutId: this.id, tutorId: this.state.tutorId };
  }

  /** Whether it is the last transfer that was started; throws UnknownTransfer for one that never was. */
  #isCurrent(providerRef: string): boolean {
    if (!this.state.transfers.includes(providerRef)) throw new UnknownTransfer(this.id, providerRef);
    return this.state.transfers.at(-1) === providerRef;
  }

  #invalid(command: string, next: string): PayoutInvalidState {
    return new PayoutInvalidState(this.id, this.status, command, next);
  }

  #set(change: Partial<PayoutState>): void {
    this.state = { ...this.state, ...change };
  }
}
