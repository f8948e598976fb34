import { AggregateRoot, NO_STREAM, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import {
  AccountDisabled,
  AccountLocked,
  GuardianRequired,
  ImpossibleBirthDate,
  MinorCannotTeach,
  NotVerified,
  TokenExpired,
} from '../errors/identity.errors.ts';
import type { BaseDomainEvent } from '../events/base-domain.event.ts';
import { IdentityAccountDisabledEvent } from '../events/identity-account-disabled.event.ts';
import { IdentityAccountEnabledEvent } from '../events/identity-account-enabled.event.ts';
import { IdentityAccountLockedEvent } from '../events/identity-account-locked.event.ts';
import { IdentityEmailVerifiedEvent } from '../events/identity-email-verified.event.ts';
import { IdentityGuardianConsentDeclinedEvent } from '../events/identity-guardian-consent-declined.event.ts';
import { IdentityGuardianConsentGrantedEvent } from '../events/identity-guardian-consent-granted.event.ts';
import { IdentityGuardianConsentRequestedEvent } from '../events/identity-guardian-consent-requested.event.ts';
import { IdentityInvitedEvent } from '../events/identity-invited.event.ts';
import { IdentityLoginFailedEvent } from '../events/identity-login-failed.event.ts';
import { IdentityPasswordChangedEvent } from '../events/identity-password-changed.event.ts';
import { IdentityPasswordResetRequestedEvent } from '../events/identity-password-reset-requested.event.ts';
import { IdentityRegisteredEvent } from '../events/identity-registered.event.ts';
import { IdentityRegistrationCancelledEvent } from '../events/identity-registration-cancelled.event.ts';
import { IdentityRoleClaimChangedEvent } from '../events/identity-role-claim-changed.event.ts';
import { IdentitySessionsRevokedEvent } from '../events/identity-sessions-revoked.event.ts';
import { IdentityUserConfirmedEvent } from '../events/identity-user-confirmed.event.ts';
import { IdentityVerificationRequestedEvent } from '../events/identity-verification-requested.event.ts';
import { normalizedEmail } from '../value-objects/email-address.vo.ts';
import { isMinorOn } from '../value-objects/birth-date.vo.ts';
import { lockDue, locked, lockedUntil, NO_LOCKOUT, withFailure } from '../value-objects/lockout.vo.ts';
import { dutiesIn, type Person, type UserCard } from '../value-objects/user-card.vo.ts';
import type { AccountState, AccountStatus } from './account.state.ts';
import { GuardianConsent, type ConsentDecision } from './guardian-consent.entity.ts';

type AccountEvents =
  | typeof IdentityRegisteredEvent
  | typeof IdentityInvitedEvent
  | typeof IdentityUserConfirmedEvent
  | typeof IdentityVerificationRequestedEvent
  | typeof IdentityEmailVerifiedEvent
  | typeof IdentityGuardianConsentRequestedEvent
  | typeof IdentityGuardianConsentGrantedEvent
  | typeof IdentityGuardianConsentDeclinedEvent
  | typeof IdentityLoginFailedEvent
  | typeof IdentityAccountLockedEvent
  | typeof IdentityPasswordResetRequestedEvent
  | typeof IdentityPasswordChangedEvent
  | typeof IdentitySessionsRevokedEvent
  | typeof IdentityRoleClaimChangedEvent
  | typeof IdentityAccountDisabledEvent
  | typeof IdentityAccountEnabledEvent
  | typeof IdentityRegistrationCancelledEvent;

export interface NewAccount {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: 'student' | 'tutor';
  /** `YYYY-MM-DD`; only whether it makes a minor is kept. */
  readonly birthDate: string;
  readonly locale: string;
  readonly timezone: string;
  readonly termsVersion: string;
  readonly guardianEmail?: string | undefined;
}

export type RevocationReason =
  | 'role_changed'
  | 'duties_lost'
  | 'suspended'
  | 'erased'
  | 'password_changed'
  | 'token_reused'
  | 'cancelled';

const NOBODY: AccountState = {
  id: '',
  email: '',
  status: 'pending_verification',
  disabled: false,
  isMinor: false,
  locale: 'en',
  role: 'student',
  duties: [],
  userConfirmed: false,
  consent: null,
  lockout: NO_LOCKOUT,
};

/** Who may sign in, and what the tokens say of whoever does. */
export class Account extends AggregateRoot<AccountEvents> {
  static override readonly AGGREGATE_TYPE = 'Account';
  #state = NOBODY;

  private constructor() {
    super();
  }

  /** Throws ImpossibleBirthDate, MinorCannotTeach, GuardianRequired. That the address is free is the repository's to guarantee. */
  static register({ id, role, birthDate, guardianEmail, email, ...person }: NewAccount, now: Date): Account {
    const isMinor = isMinorOn(birthDate, now);
    if (isMinor === undefined) throw new ImpossibleBirthDate();
    if (isMinor && role === 'tutor') throw new MinorCannotTeach();
    if (isMinor && (guardianEmail === undefined || normalizedEmail(guardianEmail) === normalizedEmail(email)))
      throw new GuardianRequired();
    const account = new Account();
    account.record(new IdentityRegisteredEvent({ ...person, userId: id, email: email.trim(), requestedRole: role, isMinor }));
    return account;
  }

  /** For a user whom an administrator created. There is no password until the owner of the address sets one. */
  static invite(userId: string, { email, isMinor, locale }: Person, role: AccountState['role']): Account {
    const account = new Account();
    account.record(new IdentityInvitedEvent({ userId, email, role, isMinor, locale }));
    return account;
  }

  /** The account as it was saved, without uncommitted events. */
  static rehydrate(state: AccountState, position: StreamPosition): Account {
    const account = new Account();
    account.#state = state;
    account.standAt(position);
    return account;
  }

  /** The account that a whole history leads to. Its position is good for reading only. */
  static replay(history: readonly Pick<BaseDomainEvent, 'eventName' | 'payload'>[]): Account {
    const account = new Account();
    for (const { eventName, payload } of history) account.fold(eventName, payload);
    account.standAt({ ...NO_STREAM, version: history.length });
    return account;
  }

  /** The mail that verifies the address is sent again; nothing for an account that needs none. */
  requestVerification(): void {
    if (this.#state.status === 'pending_verification') this.record(new IdentityVerificationRequestedEvent({ userId: this.id }));
  }

  /** A minor's guardian is asked then, under `consentId`. Repeating it changes nothing. Throws TokenExpired for a cancelled registration. */
  verifyEmail(consentId: string): void {
    if (this.#state.status === 'cancelled') throw new TokenExpired();
    if (this.#state.status !== 'pending_verification') return;
    this.record(new IdentityEmailVerifiedEvent({ userId: this.id }));
    if (this.#state.isMinor) this.record(new IdentityGuardianConsentRequestedEvent({ userId: this.id, consentId }));
  }

  /** Throws TokenExpired when nobody was asked, AlreadyDecided. */
  decideConsent(decision: ConsentDecision): void {
    if (this.#state.status === 'cancelled' && this.#state.consent?.status === 'requested') throw new TokenExpired();
    const consent = GuardianConsent.of(this.#state.consent);
    consent.mustBeOpen();
    const payload = { userId: this.id, consentId: consent.state.id };
    if (decision === 'granted') this.record(new IdentityGuardianConsentGrantedEvent(payload));
    else this.record(new IdentityGuardianConsentDeclinedEvent(payload));
  }

  /** Throws AccountLocked. */
  mustNotBeLocked(now: Date): void {
    const until = lockedUntil(this.#state.lockout, now);
    if (until !== undefined) throw new AccountLocked(until);
  }

  /** The third failure within 15 minutes locks for 30. */
  failLogin(now: Date): void {
    const at = now.toISOString();
    this.record(new IdentityLoginFailedEvent({ userId: this.id, reason: 'wrong_password', at }));
    const until = lockDue(this.#state.lockout, at);
    if (until !== undefined) this.record(new IdentityAccountLockedEvent({ userId: this.id, until }));
  }

  /** For somebody who has shown the right password or session. Throws NotVerified, AccountDisabled. */
  mustBeUsable(): void {
    if (this.#state.disabled) throw new AccountDisabled();
    if (this.#state.status !== 'active') throw new NotVerified(this.#state.status);
  }

  /** A mail with which the owner of the address sets a password; nothing for a cancelled registration. */
  requestPasswordReset(): void {
    if (this.#state.status !== 'cancelled') this.record(new IdentityPasswordResetRequestedEvent({ userId: this.id }));
  }

  /** By the owner of the mailbox, whose address is verified by that. Lifts a lock and ends all sessions. Throws TokenExpired. */
  changePassword(consentId: string): void {
    this.verifyEmail(consentId);
    this.record(new IdentityPasswordChangedEvent({ userId: this.id }));
    this.revokeSessions('password_changed');
  }

  /** No token that was issued up to now counts any more. */
  revokeSessions(reason: RevocationReason): void {
    this.record(new IdentitySessionsRevokedEvent({ userId: this.id, reason }));
  }

  /** Brings the account in step with what the other services say of its user. */
  follow(card: UserCard): void {
    const { userId, role = this.#state.role } = card;
    if (this.#state.status === 'cancelled') return;
    if (card.person !== undefined && !this.#state.userConfirmed) this.record(new IdentityUserConfirmedEvent({ userId }));
    this.#followClaims(role, dutiesIn(role, card));
    if (card.suspended && !this.#state.disabled) this.disable('suspended');
    if (!card.suspended && this.#state.disabled) this.record(new IdentityAccountEnabledEvent({ userId, reason: 'reactivated' }));
  }

  disable(reason: 'suspended' | 'erased'): void {
    if (!this.#state.disabled) this.record(new IdentityAccountDisabledEvent({ userId: this.id, reason }));
    this.revokeSessions(reason);
  }

  /** A registration that came to nothing gives its address free. An account that somebody uses stays. */
  cancel(reason: string): void {
    const { status } = this.#state;
    if (status === 'active' && this.#state.userConfirmed) return;
    if (status === 'cancelled') return;
    this.record(new IdentityRegistrationCancelledEvent({ userId: this.id, reason }));
    if (status === 'active') this.revokeSessions('cancelled');
  }

  get id(): string {
    return this.#state.id;
  }
  get status(): AccountStatus {
    return this.#state.status;
  }
  /** A copy: what a caller does to it changes nothing here. */
  get state(): AccountState {
    return structuredClone(this.#state);
  }

  protected readonly when: When<AccountEvents> = {
    'identity.registered': ({ userId, email, requestedRole, isMinor, locale }) => {
      this.#state = { ...NOBODY, id: userId, email, role: requestedRole, isMinor, locale };
    },
    'identity.invited': ({ userId, email, role, isMinor, locale }) => {
      this.#state = { ...NOBODY, id: userId, email, role, isMinor, locale };
    },
    'identity.user_confirmed': () => this.#set({ userConfirmed: true }),
    'identity.verification_requested': () => undefined,
    'identity.email_verified': () => this.#set({ status: this.#state.isMinor ? 'awaiting_guardian' : 'active' }),
    'identity.guardian_consent_requested': ({ consentId }) => this.#set({ consent: { id: consentId, status: 'requested' } }),
    'identity.guardian_consent_granted': () => this.#set({ status: 'active', consent: this.#decided('granted') }),
    'identity.guardian_consent_declined': () => this.#set({ consent: this.#decided('declined') }),
    'identity.login_failed': ({ at }) => this.#set({ lockout: withFailure(this.#state.lockout, at) }),
    'identity.account_locked': ({ until }) => this.#set({ lockout: locked(until) }),
    'identity.password_reset_requested': () => undefined,
    'identity.password_changed': () => this.#set({ lockout: NO_LOCKOUT }),
    'identity.sessions_revoked': () => undefined,
    'identity.role_claim_changed': ({ role, duties }) => this.#set({ role, duties }),
    'identity.account_disabled': () => this.#set({ disabled: true }),
    'identity.account_enabled': () => this.#set({ disabled: false }),
    'identity.registration_cancelled': () => this.#set({ status: 'cancelled', email: '' }),
  };

  #followClaims(role: AccountState['role'], duties: AccountState['duties']): void {
    const before = this.#state;
    const lost = before.duties.some((duty) => !duties.includes(duty));
    const gained = duties.some((duty) => !before.duties.includes(duty));
    if (role === before.role && !lost && !gained) return;
    this.record(new IdentityRoleClaimChangedEvent({ userId: this.id, role, duties: [...duties] }));
    if (role !== before.role) this.revokeSessions('role_changed');
    else if (lost) this.revokeSessions('duties_lost');
  }

  #decided(decision: ConsentDecision): AccountState['consent'] {
    return GuardianConsent.of(this.#state.consent).decided(decision);
  }

  #set(change: Partial<AccountState>): void {
    this.#state = { ...this.#state, ...change };
  }
}
