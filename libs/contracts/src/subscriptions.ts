import { UserCreationFailed } from './user-service/user-creation-failed.contract.ts';
import { BookingCancelled } from './matching-service/booking-cancelled.contract.ts';
import { BookingIssueResolved } from './matching-service/booking-issue-resolved.contract.ts';
import { BookingReleased } from './matching-service/booking-released.contract.ts';
import { BookingRequested } from './matching-service/booking-requested.contract.ts';
import { TutorCreated } from './tutor-service/tutor-created.contract.ts';
import { contracts } from './contracts.ts';
import type { EventContract } from './define-event.ts';
import { AdminAccessDenied } from './admin-service/admin-access-denied.contract.ts';
import { AdminErasureConfirmed } from './admin-service/admin-erasure-confirmed.contract.ts';
import { VerificationCaseOpened } from './admin-service/verification-case-opened.contract.ts';
import { VerificationCaseClosed } from './admin-service/verification-case-closed.contract.ts';
import { ApprovalOpened } from './admin-service/approval-opened.contract.ts';
import { AdminCreated } from './admin-service/admin-created.contract.ts';
import { AdminDeactivated } from './admin-service/admin-deactivated.contract.ts';
import { AdminDutiesChanged } from './admin-service/admin-duties-changed.contract.ts';
import { ApprovalDecided } from './admin-service/approval-decided.contract.ts';
import { VerificationCaseAssigned } from './admin-service/verification-case-assigned.contract.ts';
import { VerificationDecided } from './admin-service/verification-decided.contract.ts';
import { IdentityEmailVerified } from './identity-service/identity-email-verified.contract.ts';
import { IdentityErasureConfirmed } from './identity-service/identity-erasure-confirmed.contract.ts';
import { IdentityGuardianConsentGranted } from './identity-service/identity-guardian-consent-granted.contract.ts';
import { IdentityRegistered } from './identity-service/identity-registered.contract.ts';
import { IdentityRegistrationCancelled } from './identity-service/identity-registration-cancelled.contract.ts';
import { IdentitySessionsRevoked } from './identity-service/identity-sessions-revoked.contract.ts';
import { BookingNoShow } from './matching-service/booking-no-show.contract.ts';
import { BookingSettled } from './matching-service/booking-settled.contract.ts';
import { MatchingErasureConfirmed } from './matching-service/matching-erasure-confirmed.contract.ts';
import { ReviewSubmitted } from './matching-service/review-submitted.contract.ts';
import { PaymentErasureConfirmed } from './payment-service/payment-erasure-confirmed.contract.ts';
import { PayoutFailed } from './payment-service/payout-failed.contract.ts';
import { PayoutHeld } from './payment-service/payout-held.contract.ts';
import { PayoutPaid } from './payment-service/payout-paid.contract.ts';
import { TutorErasureConfirmed } from './tutor-service/tutor-erasure-confirmed.contract.ts';
import { TutorReinstated } from './tutor-service/tutor-reinstated.contract.ts';
import { TutorSuspended } from './tutor-service/tutor-suspended.contract.ts';
import { TutorVerified } from './tutor-service/tutor-verified.contract.ts';
import { UserActivated } from './user-service/user-activated.contract.ts';
import { UserCreated } from './user-service/user-created.contract.ts';
import { UserDeactivated } from './user-service/user-deactivated.contract.ts';
import { UserErasureRequested } from './user-service/user-erasure-requested.contract.ts';
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

const AUDITOR = 'admin-service';

/** Everything that leaves a service: nothing may happen that the audit does not hear of. The auditor's own events are in its own log. */
const audited: readonly Subscription[] = contracts
  .filter(({ scope, producer }) => scope === 'integration' && producer !== AUDITOR)
  .map((event) => on(event));

/** What the kernel of every service consumes: which access tokens do not count any more. */
const ofTheKernel: readonly Subscription[] = [on(IdentitySessionsRevoked)];

/** What each service consumes from the others over the bus. A service hears of its own events from its own log. */
export const subscriptions: Readonly<Record<string, readonly Subscription[]>> = {
  'identity-service': [
    // No filter on roles: an account needs the newest role whatever it is.
    on(UserCreated),
    on(UserCreationFailed),
    on(UserRoleChanged),
    on(UserSuspended),
    on(UserReactivated),
    on(UserErasureRequested),
    on(TutorVerified),
    on(TutorSuspended),
    on(TutorReinstated),
    on(AdminDutiesChanged),
    on(AdminDeactivated),
  ],
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
  // No filter on newRole: it would hide demotions, and a former administrator would keep the duties.
  [AUDITOR]: audited,
};

/** Published, but nobody listens yet. Listed by hand: an event that is merely forgotten must not pass for one nobody needs. */
export const noSubscriber: readonly EventContract[] = [
  VerificationCaseOpened,
  VerificationCaseClosed,
  ApprovalOpened,
  AdminCreated,
  AdminAccessDenied,
];
