import { ContractViolation } from './contract-violation.ts';
import type { EventContract } from './define-event.ts';
import { IdentityRegistered } from './identity-service/identity-registered.contract.ts';
import { IdentityEmailVerified } from './identity-service/identity-email-verified.contract.ts';
import { IdentityGuardianConsentGranted } from './identity-service/identity-guardian-consent-granted.contract.ts';
import { IdentityRegistrationCancelled } from './identity-service/identity-registration-cancelled.contract.ts';
import { IdentitySessionsRevoked } from './identity-service/identity-sessions-revoked.contract.ts';
import { IdentityErasureConfirmed } from './identity-service/identity-erasure-confirmed.contract.ts';
import { UserCreated } from './user-service/user-created.contract.ts';
import { UserRoleChanged } from './user-service/user-role-changed.contract.ts';
import { UserActivated } from './user-service/user-activated.contract.ts';
import { UserDeactivated } from './user-service/user-deactivated.contract.ts';
import { UserReactivated } from './user-service/user-reactivated.contract.ts';
import { UserErased } from './user-service/user-erased.contract.ts';
import { UserSuspended } from './user-service/user-suspended.contract.ts';
import { UserProfileUpdated } from './user-service/user-profile-updated.contract.ts';
import { UserSettingsChanged } from './user-service/user-settings-changed.contract.ts';
import { UserBadgeChanged } from './user-service/user-badge-changed.contract.ts';
import { UserErasureRequested } from './user-service/user-erasure-requested.contract.ts';
import { UserCreationFailed } from './user-service/user-creation-failed.contract.ts';
import { TutorErasureConfirmed } from './tutor-service/tutor-erasure-confirmed.contract.ts';
import { TutorProfileCreated } from './tutor-service/tutor-profile-created.contract.ts';
import { TutorCreated } from './tutor-service/tutor-created.contract.ts';
import { TutorProfileSubmitted } from './tutor-service/tutor-profile-submitted.contract.ts';
import { TutorReviewStarted } from './tutor-service/tutor-review-started.contract.ts';
import { TutorVerified } from './tutor-service/tutor-verified.contract.ts';
import { TutorRejected } from './tutor-service/tutor-rejected.contract.ts';
import { TutorInfoRequested } from './tutor-service/tutor-info-requested.contract.ts';
import { TutorSuspended } from './tutor-service/tutor-suspended.contract.ts';
import { TutorReinstated } from './tutor-service/tutor-reinstated.contract.ts';
import { TutorProfileUpdated } from './tutor-service/tutor-profile-updated.contract.ts';
import { TutorRateChanged } from './tutor-service/tutor-rate-changed.contract.ts';
import { TutorAvailabilityChanged } from './tutor-service/tutor-availability-changed.contract.ts';
import { TutorListingChanged } from './tutor-service/tutor-listing-changed.contract.ts';
import { TutorDocumentUploaded } from './tutor-service/tutor-document-uploaded.contract.ts';
import { TutorDocumentRemoved } from './tutor-service/tutor-document-removed.contract.ts';
import { TutorDashboardInitialized } from './tutor-service/tutor-dashboard-initialized.contract.ts';
import { TutorOnboardingCompleted } from './tutor-service/tutor-onboarding-completed.contract.ts';
import { AdminErasureConfirmed } from './admin-service/admin-erasure-confirmed.contract.ts';
import { VerificationCaseAssigned } from './admin-service/verification-case-assigned.contract.ts';
import { VerificationDecided } from './admin-service/verification-decided.contract.ts';
import { ApprovalDecided } from './admin-service/approval-decided.contract.ts';
import { MatchingErasureConfirmed } from './matching-service/matching-erasure-confirmed.contract.ts';
import { BookingNoShow } from './matching-service/booking-no-show.contract.ts';
import { BookingReleased } from './matching-service/booking-released.contract.ts';
import { BookingCancelled } from './matching-service/booking-cancelled.contract.ts';
import { BookingSettled } from './matching-service/booking-settled.contract.ts';
import { ReviewSubmitted } from './matching-service/review-submitted.contract.ts';
import { BookingRequested } from './matching-service/booking-requested.contract.ts';
import { BookingIssueResolved } from './matching-service/booking-issue-resolved.contract.ts';
import { PaymentErasureConfirmed } from './payment-service/payment-erasure-confirmed.contract.ts';
import { PayoutPaid } from './payment-service/payout-paid.contract.ts';
import { PayoutFailed } from './payment-service/payout-failed.contract.ts';
import { PayoutHeld } from './payment-service/payout-held.contract.ts';
import { PaymentCreated } from './payment-service/payment-created.contract.ts';
import { PaymentAuthorized } from './payment-service/payment-authorized.contract.ts';
import { PaymentCompleted } from './payment-service/payment-completed.contract.ts';
import { PaymentAttemptFailed } from './payment-service/payment-attempt-failed.contract.ts';
import { PaymentFailed } from './payment-service/payment-failed.contract.ts';
import { PaymentCancelled } from './payment-service/payment-cancelled.contract.ts';
import { PaymentRefundRequested } from './payment-service/payment-refund-requested.contract.ts';
import { PaymentRefundApproved } from './payment-service/payment-refund-approved.contract.ts';
import { PaymentRefundRejected } from './payment-service/payment-refund-rejected.contract.ts';
import { PaymentRefunded } from './payment-service/payment-refunded.contract.ts';
import { PaymentRefundFailed } from './payment-service/payment-refund-failed.contract.ts';
import { PaymentDisputeOpened } from './payment-service/payment-dispute-opened.contract.ts';
import { PaymentDisputeClosed } from './payment-service/payment-dispute-closed.contract.ts';
import { PaymentReleased } from './payment-service/payment-released.contract.ts';
import { PaymentProviderMismatch } from './payment-service/payment-provider-mismatch.contract.ts';
import { PaymentPayoutAssigned } from './payment-service/payment-payout-assigned.contract.ts';
import { PaymentReversalDeducted } from './payment-service/payment-reversal-deducted.contract.ts';
import { PayoutScheduled } from './payment-service/payout-scheduled.contract.ts';
import { PayoutStarted } from './payment-service/payout-started.contract.ts';
import { PayoutHoldReleased } from './payment-service/payout-hold-released.contract.ts';

export const contracts: readonly EventContract[] = [
  IdentityRegistered,
  IdentityEmailVerified,
  IdentityGuardianConsentGranted,
  IdentityRegistrationCancelled,
  IdentitySessionsRevoked,
  IdentityErasureConfirmed,
  UserCreated,
  UserRoleChanged,
  UserActivated,
  UserDeactivated,
  UserReactivated,
  UserErased,
  UserSuspended,
  UserProfileUpdated,
  UserSettingsChanged,
  UserBadgeChanged,
  UserErasureRequested,
  UserCreationFailed,
  TutorErasureConfirmed,
  TutorProfileCreated,
  TutorCreated,
  TutorProfileSubmitted,
  TutorReviewStarted,
  TutorVerified,
  TutorRejected,
  TutorInfoRequested,
  TutorSuspended,
  TutorReinstated,
  TutorProfileUpdated,
  TutorRateChanged,
  TutorAvailabilityChanged,
  TutorListingChanged,
  TutorDocumentUploaded,
  TutorDocumentRemoved,
  TutorDashboardInitialized,
  TutorOnboardingCompleted,
  AdminErasureConfirmed,
  VerificationCaseAssigned,
  VerificationDecided,
  ApprovalDecided,
  MatchingErasureConfirmed,
  BookingNoShow,
  BookingReleased,
  BookingCancelled,
  BookingSettled,
  ReviewSubmitted,
  BookingRequested,
  BookingIssueResolved,
  PaymentErasureConfirmed,
  PayoutPaid,
  PayoutFailed,
  PayoutHeld,
  PaymentCreated,
  PaymentAuthorized,
  PaymentCompleted,
  PaymentAttemptFailed,
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
  PaymentPayoutAssigned,
  PaymentReversalDeducted,
  PayoutScheduled,
  PayoutStarted,
  PayoutHoldReleased,
];

const byName = new Map(contracts.map((contract) => [contract.name, contract]));

interface FoundContract {
  readonly contract: EventContract;
  /** Set when the name carried a suffix; otherwise the envelope's schemaVersion decides. */
  readonly schemaVersion?: number;
}

/** Finds a contract by its stable name or by an old alias with a version suffix (`user.created.v1`). Throws ContractViolation. */
export function findContract(name: string): FoundContract {
  const [, stable = name, suffix] = /^(.+)\.v(\d+)$/.exec(name) ?? [];
  const contract = byName.get(stable);
  if (!contract) throw new ContractViolation('UNKNOWN_EVENT', name, [{ path: '', message: 'no contract has this name' }]);
  if (suffix === undefined) return { contract };
  const schemaVersion = Number(suffix);
  if (schemaVersion < 1 || schemaVersion > contract.schemaVersion) {
    throw new ContractViolation('UNKNOWN_SCHEMA_VERSION', name, [
      { path: '', message: `the newest version is ${contract.schemaVersion}` },
    ]);
  }
  return { contract, schemaVersion };
}
