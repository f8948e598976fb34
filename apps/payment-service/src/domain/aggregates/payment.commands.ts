import type { RefundSource } from '../services/refund-approval.ts';
import type { Money } from '../value-objects/money.vo.ts';

export interface NewPayment {
  readonly paymentId: string;
  readonly bookingId: string;
  readonly studentId: string;
  readonly tutorId: string;
  readonly price: Money;
  readonly commissionBps: number;
}

/** One report of the provider, by its own name: a report that is repeated carries the same one. */
export interface ProviderReport {
  readonly providerEventId: string;
}

export interface RefundRequest {
  /** A policy refund is named by the booking, so that two ways to it lead to one refund. */
  readonly refundId: string;
  readonly amount: number;
  readonly reason: string;
  readonly requestedBy: string;
  readonly source: RefundSource;
  /** A second person has decided on it before it was requested here. */
  readonly decided?: boolean;
}

/** As the provider said it: in minor units of whatever currency. */
export interface ReportedMoney {
  readonly amount: number;
  readonly currency: string;
}

export interface Capture extends ProviderReport {
  readonly providerRef: string;
  readonly price: ReportedMoney;
}

export interface Decline extends ProviderReport {
  /** The provider's cause, such as `card_declined`. */
  readonly code: string;
}

export interface RefundApproval {
  readonly refundId: string;
  readonly by: string;
  /** By the rule that was applied when it was requested. */
  readonly auto: boolean;
}

export interface RefundRejection {
  readonly refundId: string;
  readonly by: string;
  readonly reason: string;
}

export interface RefundFailure extends ProviderReport {
  readonly refundId: string;
  readonly code: string;
  /** The provider may be asked again; else it has given up. */
  readonly retryable: boolean;
}

export interface OpenedDispute extends ProviderReport {
  readonly disputeId: string;
  readonly amount: ReportedMoney;
  readonly reasonCode: string;
  readonly evidenceDueAt: Date;
}

export interface Mismatch extends ProviderReport {
  readonly expected: string;
  readonly actual: string;
}
