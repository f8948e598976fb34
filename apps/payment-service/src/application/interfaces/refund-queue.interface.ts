import type { RefundStatus } from '../../domain/aggregates/payment.state.ts';
import type { RefundSource } from '../../domain/services/refund-approval.ts';
import type { Page, Paging } from './payment-list.interface.ts';

/** A refund, its amount in minor units. */
export interface QueuedRefund {
  readonly paymentId: string;
  readonly refundId: string;
  readonly amount: number;
  readonly currency: string;
  readonly reason: string;
  readonly source: RefundSource;
  readonly requestedBy: string;
  readonly status: RefundStatus;
  /** Code of the provider's last refusal. */
  readonly failure: string | null;
  readonly requestedAt: Date;
  readonly changedAt: Date;
}

export abstract class RefundQueue {
  /** Those that wait for a person to decide, and those the provider gave up on; the longest waiting first. Throws InvalidCursor. */
  abstract page(paging: Paging): Promise<Page<QueuedRefund>>;
}
