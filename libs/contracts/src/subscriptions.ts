import type { EventContract } from './define-event.ts';
import { AdminErasureConfirmed } from './admin-service/admin-erasure-confirmed.contract.ts';
import { ApprovalDecided } from './admin-service/approval-decided.contract.ts';
import { VerificationCaseAssigned } from './admin-service/verification-case-assigned.contract.ts';
import { VerificationDecided } from './admin-service/verification-decided.contract.ts';
import { IdentityEmailVerified } from './identity-service/identity-email-verified.contract.ts';
import { IdentityErasureConfirmed } from './identity-service/identity-erasure-confirmed.contract.ts';
import { IdentityGuardianConsentGranted } from './identity-service/identity-guardian-consent-granted.contract.ts';
import { IdentityRegistered } from './identity-service/identity-registered.contract.ts';
import { IdentityRegistrationCancelled } from './identity-service/identity-registration-cancelled.contract.ts';
import { IdentitySessionsRevoked } from './identity-service/identity-sessions-revoked.contract.ts';
import { BookingCancelled } from './matching-service/booking-cancelled.contract.ts';
import { BookingIssueResolved } from './matching-service/booking-issue-resolved.contract.ts';
import { BookingNoShow } from './matching-service/booking-no-show.contract.ts';
import { BookingReleased } from './matching-service/booking-released.contract.ts';
import { BookingRequested } from './matching-service/booking-requested.contract.ts';
import { BookingSettled } from './matching-service/booking-settled.contract.ts';
import { MatchingErasureConfirmed } from './matching-service/matching-erasure-confirmed.contract.ts';
import { ReviewSubmitted } from './matching-service/review-submitted.contract.ts';
import { PaymentAuthorized } from './payment-service/payment-authorized.contract.ts';
import { PaymentCancelled } from './payment-service/payment-cancelled.contract.ts';
import { PaymentCompleted } from './payment-service/payment-completed.contract.ts';
import { PaymentCreated } from './payment-service/payment-created.contract.ts';
import { PaymentDisputeClosed } from './payment-service/payment-dispute-closed.contract.ts';
import { PaymentDisputeOpened } from './payment-service/payment-dispute-opened.contract.ts';
import { PaymentErasureConfirmed } from './payment-service/payment-erasure-confirmed.contract.ts';
import { PaymentFailed } from './payment-service/payment-failed.contract.ts';
import { PaymentProviderMismatch } from './payment-service/payment-provider-mismatch.contract.ts';
import { PaymentRefundApproved } from './payment-service/payment-refund-approved.contract.ts';
import { PaymentRefundFailed } from './payment-service/payment-refund-failed.contract.ts';
import { PaymentRefundRejected } from './payment-service/payment-refund-rejected.contract.ts';
import { PaymentRefundRequested } from './payment-service/payment-refund-requested.contract.ts';
import { PaymentRefunded } from './payment-service/payment-refunded.contract.ts';
import { PaymentReleased } from './payment-service/payment-released.contract.ts';
import { PayoutFailed } from './payment-service/payout-failed.contract.ts';
import { PayoutHeld } from './payment-service/payout-held.contract.ts';
import { PayoutHoldReleased } from './payment-service/payout-hold-released.contract.ts';
import { PayoutPaid } from './payment-service/payout-paid.contract.ts';
import { PayoutScheduled } from './payment-service/payout-scheduled.contract.ts';
import { PayoutStarted } from './payment-service/payout-started.contract.ts';
import { TutorAvailabilityChanged } from './tutor-service/tutor-availability-changed.contract.ts';
import { TutorCreated } from './tutor-service/tutor-created.contract.ts';
import { TutorErasureConfirmed } from './tutor-service/tutor-erasure-confirmed.contract.ts';
import { TutorInfoRequested } from './tutor-service/tutor-info-requested.contract.ts';
import { TutorListingChanged } from './tutor-service/tutor-listing-changed.contract.ts';
import { TutorProfileSubmitted } from './tutor-service/tutor-profile-submitted.contract.ts';
import { TutorProfileUpdated } from './tutor-service/tutor-profile-updated.contract.ts';
import { TutorRateChanged } from './tutor-service/tutor-rate-changed.contract.ts';
import { TutorReinstated } from './tutor-service/tutor-reinstated.contract.ts';
import { TutorRejected } from './tutor-service/tutor-rejected.contract.ts';
import { TutorSuspended } from './tutor-service/tutor-suspended.contract.ts';
import { TutorVerified } from './tutor-service/tutor-verified.contract.ts';
import { UserActivated } from './user-service/user-activated.contract.ts';
import { UserCreated } from './user-service/user-created.contract.ts';
import { UserCreationFailed } from './user-service/user-creation-failed.contract.ts';
import { UserDeactivated } from './user-service/user-deactivated.contract.ts';
import { UserErased } from './user-service/user-erased.contract.ts';
import { UserErasureRequested } from './user-service/user-erasure-requested.contract.ts';
import { UserProfileUpdated } from './user-service/user-profile-updated.contract.ts';
import { UserReactivated } from './user-service/user-reactivated.contract.ts';
import { UserRoleChanged } from './user-service/user-role-changed.contract.ts';
import { UserSuspended } from './user-service/user-suspended.contract.ts';

type Scalar = string | number | boolean;

/** For each named field of the payload, the values that are let through. */
type PayloadFilter<P extends object> = { readonly [K in keyof P]?: readonly Extract<P[K], Scalar>[] };

export interface Subscription {
  readonly event: EventContract;
  readonly filter?: PayloadFilter<Readonly<Record<string, Scalar>>>;
}

/** Delivers the event when every field of the filter holds one of its values; without a filter, always. */
export function on<P extends object>(event: EventContract<P>, filter?: PayloadFilter<P>): Subscription;
export function on(event: EventContract, filter?: Subscription['filter']): Subscription {
  return filter ? { event, filter } : { event };
}

/** What the kernel of every service consumes: which access tokens do not count any more. */
const ofTheKernel: readonly Subscription[] = [on(IdentitySessionsRevoked)];

/** What each service consumes from the others over the bus. A service hears of its own events from its own log. */
export const subscriptions: Readonly<Record<string, readonly Subscription[]>> = {
  'user-service': [
    ...ofTheKernel,
    on(IdentityRegistered),
    on(IdentityEmailVerified),
    on(IdentityGuardianConsentGranted),
    on(IdentityRegistrationCancelled),
    on(TutorVerified),
    on(TutorSuspended),
    on(TutorReinstated),
    on(BookingNoShow),
    on(IdentityErasureConfirmed),
    on(TutorErasureConfirmed),
    on(AdminErasureConfirmed),
    on(MatchingErasureConfirmed),
    on(PaymentErasureConfirmed),
  ],
  'tutor-service': [
    ...ofTheKernel,
    // No filter on the role: a student who becomes a tutor later needs the name and address that only user.created carries.
    on(UserCreated),
    // No filter on newRole: it would hide demotions, and the listing of a former tutor would stay.
    on(UserRoleChanged),
    on(UserActivated),
    on(UserSuspended),
    on(UserReactivated),
    on(UserDeactivated),
    on(UserErasureRequested),
    on(VerificationCaseAssigned),
    on(VerificationDecided),
    on(BookingNoShow, { who: ['tutor'] }),
    on(BookingSettled),
    on(ReviewSubmitted),
    on(PayoutPaid),
    on(PayoutFailed),
    on(PayoutHeld),
  ],
  'payment-service': [
    ...ofTheKernel,
    on(UserCreated),
    on(UserSuspended),
    on(UserReactivated),
    on(UserErasureRequested),
    on(TutorCreated),
    on(BookingRequested),
    on(BookingReleased),
    on(BookingCancelled),
    on(BookingNoShow),
    on(BookingIssueResolved),
    on(BookingSettled),
    on(ApprovalDecided, { kind: ['refund', 'payout_release'] }),
  ],
};

/** Published, but nobody listens yet. Listed by hand: an event that is merely forgotten must not pass for one nobody needs. */
export const noSubscriber: readonly EventContract[] = [
  UserProfileUpdated,
  UserErased,
  UserCreationFailed,
  TutorProfileSubmitted,
  TutorRejected,
  TutorInfoRequested,
  TutorProfileUpdated,
  TutorRateChanged,
  TutorAvailabilityChanged,
  TutorListingChanged,
  PaymentCreated,
  PaymentAuthorized,
  PaymentCompleted,
  PaymentFailed,
  PaymentCancelled,
  PaymentRefundRequested,
  PaymentRefundApproved,
  PaymentRefundRejected,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentDisputeOpened,
  PaymentDisputeClosed,
  PaymentReleased,
  PaymentProviderMismatch,
  PayoutScheduled,
  PayoutStarted,
  PayoutHoldReleased,
];
