import {
  ApprovalDecided,
  ApprovalOpened,
  BookingCancelled,
  BookingNoShow,
  BookingRequested,
  BookingSettled,
  PaymentCompleted,
  PaymentDisputeClosed,
  PaymentFailed,
  PaymentRefunded,
  TutorCreated,
  TutorSuspended,
  TutorVerified,
  UserCreated,
  UserErased,
  VerificationCaseOpened,
  VerificationDecided,
} from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { Statistics, type Metric } from '../../application/interfaces/statistics.interface.ts';

/** Which events are only counted, and as what. */
const COUNTED: Readonly<Record<string, Metric>> = {
  [UserCreated.name]: 'users.created',
  [UserErased.name]: 'users.erased',
  [TutorCreated.name]: 'tutors.submitted',
  [TutorVerified.name]: 'tutors.verified',
  [TutorSuspended.name]: 'tutors.suspended',
  [BookingRequested.name]: 'bookings.requested',
  [BookingSettled.name]: 'bookings.settled',
  [BookingCancelled.name]: 'bookings.cancelled',
  [BookingNoShow.name]: 'bookings.no_show',
  [PaymentFailed.name]: 'payments.failed',
};

/** The figures of the platform. Sums, so every event counts by itself, in whatever order; the inbox makes it count once. */
@Injectable()
@Consumer({ name: 'admin-service.stats', order: 'any' })
export class StatsEventsConsumer {
  constructor(private readonly statistics: Statistics) {}

  @Consumes(
    UserCreated,
    UserErased,
    TutorCreated,
    TutorVerified,
    TutorSuspended,
    BookingRequested,
    BookingSettled,
    BookingCancelled,
    BookingNoShow,
    PaymentFailed,
  )
  async handleCounted({ eventName, occurredAt }: RecordedEvent): Promise<void> {
    const metric = COUNTED[eventName];
    if (metric === undefined) throw new Error(`${eventName} is consumed but counted as nothing`);
    await this.statistics.count(metric, occurredAt);
  }

  @Consumes(PaymentCompleted)
  async handlePaymentCompleted({ payload, occurredAt }: RecordedEvent<PaymentCompleted>): Promise<void> {
    const { currency, amount, platformFee } = payload;
    await this.statistics.count('payments.completed', occurredAt);
    await this.statistics.addMoney('paid', currency, amount, occurredAt);
    await this.statistics.addMoney('fees', currency, platformFee, occurredAt);
  }

  @Consumes(PaymentRefunded)
  async handlePaymentRefunded({ payload, occurredAt }: RecordedEvent<PaymentRefunded>): Promise<void> {
    const { currency, amount, feeReversed } = payload;
    await this.statistics.addMoney('refunded', currency, amount, occurredAt);
    await this.statistics.addMoney('fees', currency, -feeReversed, occurredAt);
  }

  /** A lost dispute is money that went back, as with a refund. */
  @Consumes(PaymentDisputeClosed)
  async handleDisputeClosed({ payload, occurredAt }: RecordedEvent<PaymentDisputeClosed>): Promise<void> {
    const { currency, amount, feeReversed, outcome } = payload;
    if (outcome === 'won') return;
    await this.statistics.addMoney('refunded', currency, amount, occurredAt);
    await this.statistics.addMoney('fees', currency, -feeReversed, occurredAt);
  }

  @Consumes(ApprovalOpened)
  async handleApprovalOpened({ payload, occurredAt }: RecordedEvent<ApprovalOpened>): Promise<void> {
    await this.statistics.opened('approval', payload.approvalId, occurredAt);
  }

  @Consumes(ApprovalDecided)
  async handleApprovalDecided({ payload, occurredAt }: RecordedEvent<ApprovalDecided>): Promise<void> {
    await this.statistics.decided('approval', payload.approvalId, occurredAt);
  }

  @Consumes(VerificationCaseOpened)
  async handleCaseOpened({ payload, occurredAt }: RecordedEvent<VerificationCaseOpened>): Promise<void> {
    await this.statistics.opened('verification', payload.caseId, occurredAt);
  }

  @Consumes(VerificationDecided)
  async handleCaseDecided({ payload, occurredAt }: RecordedEvent<VerificationDecided>): Promise<void> {
    await this.statistics.decided('verification', payload.caseId, occurredAt);
  }
}
