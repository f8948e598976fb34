import { randomUUID } from 'node:crypto';
import {
  ApprovalDecided,
  BookingCancelled,
  BookingIssueResolved,
  BookingNoShow,
  BookingReleased,
  BookingRequested,
  BookingSettled,
} from '@edtech/contracts';
import type { RecordedEvent } from '@edtech/shared-kernel';
import { recordedEvent } from '@edtech/shared-kernel/testing';
import { paymentIdOf } from '../src/domain/services/derived-ids.ts';

/** A booking of 50 dollars and what matching-service and admin-service say of it. */
export class BookedLesson {
  readonly bookingId = randomUUID();
  readonly studentId = randomUUID();
  readonly tutorId = randomUUID();
  readonly paymentId = paymentIdOf(this.bookingId);

  constructor(
    private readonly paymentMethodId: string,
    private readonly amount = 5_000,
  ) {}

  get requested(): RecordedEvent<BookingRequested> {
    return recordedEvent(
      BookingRequested,
      {
        bookingId: this.bookingId,
        studentId: this.studentId,
        tutorId: this.tutorId,
        tutorUserId: this.tutorId,
        subject: 'algebra',
        kind: 'regular',
        startsAt: '2026-11-10T15:00:00.000Z',
        endsAt: '2026-11-10T16:00:00.000Z',
        timezone: 'Europe/Vienna',
        hourlyRate: this.amount,
        amount: this.amount,
        currency: 'USD',
        paymentMethodId: this.paymentMethodId,
        holdExpiresAt: '2026-11-03T12:15:00.000Z',
      },
      this.#version(1),
    );
  }
  get released(): RecordedEvent<BookingReleased> {
    return recordedEvent(BookingReleased, { bookingId: this.bookingId, reason: 'hold_expired' }, this.#version(2));
  }
  cancelled(refundBps: number): RecordedEvent<BookingCancelled> {
    const by = { cancelledBy: 'student', reason: 'ill', noticeMinutes: 1_200 } as const;
    return recordedEvent(BookingCancelled, { bookingId: this.bookingId, ...by, refundBps }, this.#version(3));
  }
  noShow(who: 'tutor' | 'student', refundBps: number): RecordedEvent<BookingNoShow> {
    const { bookingId, paymentId, tutorId } = this;
    return recordedEvent(BookingNoShow, { bookingId, paymentId, tutorId, who, refundBps }, this.#version(4));
  }
  issueResolved(refundAmount: number, decidedBy: string): RecordedEvent<BookingIssueResolved> {
    const { bookingId, paymentId } = this;
    const payload = { bookingId, paymentId, outcome: 'partial', refundAmount, decidedBy } as const;
    return recordedEvent(BookingIssueResolved, payload, this.#version(5));
  }
  get settled(): RecordedEvent<BookingSettled> {
    const { bookingId, paymentId, tutorId } = this;
    return recordedEvent(BookingSettled, { bookingId, paymentId, tutorId }, this.#version(6));
  }

  #version(streamVersion: number): { aggregateId: string; streamVersion: number } {
    return { aggregateId: this.bookingId, streamVersion };
  }
}

export function decided(
  refundId: string,
  decision: 'approved' | 'rejected' | 'expired',
  decidedBy: string,
): RecordedEvent<ApprovalDecided> {
  const task = { approvalId: randomUUID(), kind: 'refund', subjectId: refundId, reason: 'looked into' } as const;
  return recordedEvent(ApprovalDecided, { ...task, decision, decidedBy });
}
