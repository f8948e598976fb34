import {
  ApprovalDecided,
  PaymentRefundApproved,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentRefundRejected,
  PaymentRefundRequested,
} from '@edtech/contracts';
import { days, hours, minutes, ProcessManager, Saga } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { ApproveRefundCommand } from '../commands/approve-refund.command.ts';
import { RejectRefundCommand } from '../commands/reject-refund.command.ts';
import { SendRefundCommand } from '../commands/send-refund.command.ts';

type Decision = Pick<ApprovalDecided, 'decision' | 'decidedBy' | 'reason'>;

interface State {
  readonly refundId: string;
  /** Null: somebody has decided, and the request has not come yet. */
  readonly paymentId: string | null;
  readonly early: Decision | null;
  /** The attempt that is under way, or comes next. */
  readonly attempt: number;
  /** How often the attempt was asked for without an answer. */
  readonly silent: number;
  readonly gaveUp: boolean;
}

interface Known extends State {
  readonly paymentId: string;
}

const REFUNDS = 'system:refund-saga';
const APPROVAL_TTL = days(7);
const PAUSES = [minutes(1), minutes(10), hours(1)];
/** Of an attempt that a person has asked for: a further failure of it is told by nothing. */
const MOST_ASKED_IN_VAIN = 12;

/**
 * Brings a refund to its end. What needs no second person is approved at once, all else waits a week for a decision. Then the provider is asked,
 * again after 1 minute, 10 minutes and 1 hour; what it gives up on waits for a person, whose approval is one more attempt, asked for until there is
 * an answer.
 */
@Injectable()
@Saga('payment-service.refund')
export class RefundSaga extends ProcessManager<State, 'expires' | 'send'> {
  readonly commands = [ApproveRefundCommand, RejectRefundCommand, SendRefundCommand];

  readonly transitions = [
    this.startsOrContinues(
      PaymentRefundRequested,
      ({ payload }) => payload.refundId,
      (before, { payload: { paymentId, refundId, needsApproval } }) => {
        const state = { ...(before ?? beginning(refundId)), paymentId };
        if (!needsApproval) return { state, commands: [new ApproveRefundCommand(paymentId, refundId, REFUNDS, true)] };
        return {
          state,
          commands: state.early === null ? [] : [carriedOut(state, state.early)],
          timers: [{ name: 'expires', after: APPROVAL_TTL }],
        };
      },
    ),
    this.startsOrContinues(
      ApprovalDecided,
      ({ payload }) => (payload.kind === 'refund' ? payload.subjectId : undefined),
      (before, { payload: { subjectId, decision, decidedBy, reason } }) => {
        const state = before ?? beginning(subjectId);
        const decided = { decision, decidedBy, reason };
        if (!isKnown(state)) return { state: { ...state, early: decided } };
        const commands = [carriedOut(state, decided)];
        // The reply to this attempt may be lost as well: then the money is back and nobody knows.
        const isSent = state.gaveUp && decision === 'approved';
        return isSent
          ? { state: { ...state, silent: 0 }, commands, timers: [{ name: 'send', after: pause(0) }] }
          : { state, commands };
      },
    ),
    this.continues(
      PaymentRefundApproved,
      ({ payload }) => payload.refundId,
      (state, { payload: { paymentId, refundId } }) => ({
        commands: [new SendRefundCommand(paymentId, refundId, state.attempt)],
        timers: [{ name: 'send', after: pause(0) }],
        cancel: ['expires'],
      }),
    ),
    this.continues(
      PaymentRefundFailed,
      ({ payload }) => payload.refundId,
      (state, { payload: { retryable } }) => {
        const next = { ...state, attempt: state.attempt + 1, silent: 0 };
        if (!retryable) return { state: { ...next, gaveUp: true }, cancel: 'all' };
        return { state: next, timers: [{ name: 'send', after: pause(state.attempt - 1) }] };
      },
    ),
    this.continues(
      PaymentRefunded,
      ({ payload }) => payload.refundId,
      () => ({ end: 'completed' }),
    ),
    this.continues(
      PaymentRefundRejected,
      ({ payload }) => payload.refundId,
      () => ({ end: 'cancelled' }),
    ),
  ];

  readonly timers = this.fires({
    expires: (state) =>
      isKnown(state)
        ? { commands: [new RejectRefundCommand(state.paymentId, state.refundId, REFUNDS, 'nobody decided within a week')] }
        : {},
    send: (state) => {
      if (!isKnown(state)) return {};
      const asked = { ...state, silent: state.silent + 1 };
      const isOver = state.gaveUp && asked.silent >= MOST_ASKED_IN_VAIN;
      return {
        state: asked,
        commands: [new SendRefundCommand(state.paymentId, state.refundId, state.attempt)],
        timers: isOver ? [] : [{ name: 'send', after: pause(state.silent) }],
      };
    },
  });
}

function beginning(refundId: string): State {
  return { refundId, paymentId: null, early: null, attempt: 1, silent: 0, gaveUp: false };
}

function isKnown(state: State): state is Known {
  return state.paymentId !== null;
}

function carriedOut({ paymentId, refundId, attempt, gaveUp }: Known, { decision, decidedBy, reason }: Decision): object {
  if (decision !== 'approved') return new RejectRefundCommand(paymentId, refundId, decidedBy, reason);
  if (gaveUp) return new SendRefundCommand(paymentId, refundId, attempt);
  return new ApproveRefundCommand(paymentId, refundId, decidedBy, false);
}

function pause(failures: number): number {
  return PAUSES[Math.min(failures, PAUSES.length - 1)] ?? hours(1);
}
