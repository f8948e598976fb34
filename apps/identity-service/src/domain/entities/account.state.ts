import type { Duty, Role } from '../value-objects/user-card.vo.ts';
import type { GuardianConsentState } from './guardian-consent.entity.ts';
import type { Lockout } from '../value-objects/lockout.vo.ts';

export type AccountStatus = 'pending_verification' | 'awaiting_guardian' | 'active' | 'cancelled';

/** Everything there is to know of an account, as plain data. */
export interface AccountState {
  readonly id: string;
  /** As its owner wrote it; empty once the registration is cancelled. */
  readonly email: string;
  readonly status: AccountStatus;
  /** By the administration; an account that is disabled keeps its status for the time after. */
  readonly disabled: boolean;
  readonly isMinor: boolean;
  readonly locale: string;
  readonly role: Role;
  readonly duties: readonly Duty[];
  /** user-service has the user. */
  readonly userConfirmed: boolean;
  readonly consent: GuardianConsentState | null;
  readonly lockout: Lockout;
}
