import { AggregateRoot, NO_STREAM, type BaseDomainEvent, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import { AmountNotDecidable, DutyMissing, SamePerson } from '../errors/approval.errors.ts';
import { AlreadyDecided } from '../errors/case.errors.ts';
import { ApprovalDecidedEvent } from '../events/approval-decided.event.ts';
import { ApprovalOpenedEvent } from '../events/approval-opened.event.ts';
import { hasDuty, type Decider } from '../value-objects/decider.vo.ts';
import type { Duty } from '../value-objects/duty.vo.ts';

export type ApprovalKind = ApprovalOpenedEvent['payload']['kind'];
type Currency = NonNullable<ApprovalOpenedEvent['payload']['currency']>;

/** What waits for a decision. */
export interface ApprovalRequest {
  readonly kind: ApprovalKind;
  /** Refund, booking, dispute, payout or provider event. */
  readonly subjectId: string;
  readonly amount: number | null;
  readonly currency: Currency | null;
  readonly requestedBy: string;
  /** What the decider should know of the subject. */
  readonly details: Readonly<Record<string, string>>;
}

export interface ApprovalTaskState extends ApprovalRequest {
  readonly id: string;
  readonly status: 'open' | 'approved' | 'rejected' | 'expired';
  readonly decidedBy: string | null;
  readonly decidedAmount: number | null;
  readonly reason: string | null;
}

export interface ApprovalDecision {
  readonly decision: 'approved' | 'rejected';
  readonly amount?: number | undefined;
  readonly reason: string;
}

type ApprovalTaskEvents = typeof ApprovalOpenedEvent | typeof ApprovalDecidedEvent;

const BLANK: ApprovalTaskState = {
  id: '',
  kind: 'refund',
  subjectId: '',
  amount: null,
  currency: null,
  requestedBy: '',
  details: {},
  status: 'open',
  decidedBy: null,
  decidedAmount: null,
  reason: null,
};
const EXPIRY = 'system:approval-expiry';

/** A decision that needs a second person: `open → approved | rejected | expired`. */
export class ApprovalTask extends AggregateRoot<ApprovalTaskEvents> {
  static override readonly AGGREGATE_TYPE = 'ApprovalTask';
  #state = BLANK;

  protected readonly when: When<ApprovalTaskEvents> = {
    'approval.opened': ({ approvalId, kind, subjectId, amount = null, currency = null, requestedBy }) => {
      this.#state = { ...this.#state, id: approvalId, kind, subjectId, amount, currency, requestedBy };
    },
    'approval.decided': ({ decision, amount = null, reason, decidedBy }) => {
      this.#state = { ...this.#state, status: decision, decidedAmount: amount, reason, decidedBy };
    },
  };

  static open(approvalId: string, request: ApprovalRequest): ApprovalTask {
    const { kind, subjectId, amount, currency, requestedBy, details } = request;
    const task = new ApprovalTask();
    const money = { ...(amount === null ? {} : { amount }), ...(currency === null ? {} : { currency }) };
    task.record(new ApprovalOpenedEvent({ approvalId, kind, subjectId, ...money, requestedBy }));
    task.#state = { ...task.#state, details };
    return task;
  }

  static rehydrate(state: ApprovalTaskState, position: StreamPosition): ApprovalTask {
    const task = new ApprovalTask();
    task.#state = state;
    task.standAt(position);
    return task;
  }

  /** The task that a whole history leads to, for reading only: its position names no hash to append to. */
  static replay(history: readonly Pick<BaseDomainEvent, 'eventName' | 'payload'>[]): ApprovalTask {
    const task = new ApprovalTask();
    for (const { eventName, payload } of history) task.fold(eventName, payload);
    task.standAt({ ...NO_STREAM, version: history.length });
    return task;
  }

  get id(): string {
    return this.#state.id;
  }
  get state(): ApprovalTaskState {
    return this.#state;
  }

  /** Throws DutyMissing, AlreadyDecided, SamePerson, AmountNotDecidable. */
  decide({ decision, amount, reason }: ApprovalDecision, decider: Decider): void {
    const { kind, requestedBy } = this.#state;
    const duties = dutiesFor(kind);
    if (!hasDuty(decider, duties)) throw new DutyMissing(this.id, duties);
    if (this.#state.status !== 'open') throw new AlreadyDecided(this.id, this.#state.status);
    if (decider.id === requestedBy) throw new SamePerson(this.id);
    if (amount !== undefined && !(kind === 'issue' && decision === 'approved')) throw new AmountNotDecidable(this.id, kind);
    this.#record(decision, reason, decider.id, amount);
  }

  /** The subject came to an end elsewhere. A decided task stays as it is. */
  settle(decision: 'approved' | 'rejected', reason: string, by: string): void {
    if (this.#state.status === 'open') this.#record(decision, reason, by);
  }

  /** Nobody decided in time. A decided task stays as it is. */
  expire(): void {
    if (this.#state.status === 'open') this.#record('expired', 'nobody decided in time', EXPIRY);
  }

  #record(decision: ApprovalDecidedEvent['payload']['decision'], reason: string, decidedBy: string, amount?: number): void {
    const { id: approvalId, kind, subjectId } = this.#state;
    const decided = { approvalId, kind, subjectId, decision, reason, decidedBy };
    this.record(new ApprovalDecidedEvent(amount === undefined ? decided : { ...decided, amount }));
  }
}

function dutiesFor(kind: ApprovalKind): Duty[] {
  return kind === 'issue' ? ['finance', 'support'] : ['finance'];
}
