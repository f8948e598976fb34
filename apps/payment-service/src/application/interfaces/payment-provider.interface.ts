/** Whoever moves the money. Amounts are minor units of `currency`. */
interface Operation {
  /** Of one step of one payment or payout: the provider carries a key out once, and answers its repeats as it answered first. */
  readonly idempotencyKey: string;
}

export interface AuthorizeRequest extends Operation {
  readonly paymentId: string;
  readonly paymentMethodId: string;
  readonly amount: number;
  readonly currency: string;
}

export interface CaptureRequest extends Operation {
  /** What `authorize` has answered. */
  readonly providerRef: string;
}

export interface RefundOrder extends Operation {
  /** What the money was captured as. */
  readonly providerRef: string;
  readonly amount: number;
  readonly currency: string;
}

export interface TransferOrder extends Operation {
  readonly tutorId: string;
  readonly amount: number;
  readonly currency: string;
}

export type AuthorizeOutcome =
  | { readonly outcome: 'authorized'; readonly providerRef: string; readonly expiresAt: string }
  /** `final`: another attempt with the same means will not help. */
  | { readonly outcome: 'declined'; readonly code: string; readonly final: boolean }
  /** The student has to confirm at `url`; then authorize again, under another key. */
  | { readonly outcome: 'confirmation_needed'; readonly url: string };

export type CaptureOutcome =
  | { readonly outcome: 'captured'; readonly providerRef: string; readonly amount: number; readonly currency: string }
  | { readonly outcome: 'declined'; readonly code: string; readonly final: boolean }
  /** A webhook will tell. */
  | { readonly outcome: 'pending' };

export type RefundOutcome =
  | { readonly outcome: 'refunded'; readonly providerRef: string }
  | { readonly outcome: 'failed'; readonly code: string; readonly retryable: boolean };

export type TransferOutcome =
  | { readonly outcome: 'paid'; readonly providerRef: string }
  | { readonly outcome: 'failed'; readonly code: string };

export type ProviderOutcome = AuthorizeOutcome | CaptureOutcome | RefundOutcome | TransferOutcome;

/** What the provider reports by itself, in no order that one could trust, and as often as it likes. */
export type ProviderEvent = { readonly providerEventId: string; readonly paymentId: string } & (
  | { readonly type: 'payment.authorized'; readonly providerRef: string; readonly expiresAt: string }
  | { readonly type: 'payment.captured'; readonly providerRef: string; readonly amount: number; readonly currency: string }
  | { readonly type: 'payment.failed'; readonly code: string; readonly final: boolean }
  | {
      readonly type: 'dispute.opened';
      readonly disputeId: string;
      readonly amount: number;
      readonly currency: string;
      readonly reasonCode: string;
      readonly evidenceDueAt: string;
    }
  | { readonly type: 'dispute.closed'; readonly disputeId: string; readonly won: boolean }
);

export interface ReceivedWebhook {
  readonly signature: string | undefined;
  /** As it was sent: the signature covers every byte. */
  readonly body: string;
}

/**
 * Every operation may throw ProviderUnavailable when nothing was done, and OutcomeUnknown when its reply was lost: then ask `query` with the
 * same key, and repeat the operation, under the same key, only when the answer is that there is no such operation.
 */
export abstract class PaymentProvider {
  /** As in the address of its webhooks. */
  abstract readonly name: string;
  abstract authorize(request: AuthorizeRequest): Promise<AuthorizeOutcome>;
  abstract capture(request: CaptureRequest): Promise<CaptureOutcome>;
  /** Lets an authorization go that was not captured. Safe to repeat. */
  abstract cancel(request: CaptureRequest): Promise<void>;
  abstract refund(order: RefundOrder): Promise<RefundOutcome>;
  abstract transfer(order: TransferOrder): Promise<TransferOutcome>;
  /** What became of an operation; undefined: it never arrived. */
  abstract query(idempotencyKey: string): Promise<ProviderOutcome | undefined>;
  /** Throws BadSignature for a body that the provider did not sign within the last five minutes, MalformedWebhook for one it cannot mean. */
  abstract parseWebhook(webhook: ReceivedWebhook): ProviderEvent;
}
