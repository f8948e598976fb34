import { AlreadyDecided, TokenExpired } from '../errors/identity.errors.ts';

export type ConsentDecision = 'granted' | 'declined';

export interface GuardianConsentState {
  readonly id: string;
  readonly status: 'requested' | ConsentDecision;
}

/** The one question that a minor's guardian is asked. It belongs to the account: there is never a second one. */
export class GuardianConsent {
  constructor(readonly state: GuardianConsentState) {}

  /** Throws AlreadyDecided. */
  mustBeOpen(): void {
    if (this.state.status !== 'requested') throw new AlreadyDecided(this.state.status);
  }

  decided(decision: ConsentDecision): GuardianConsentState {
    return { ...this.state, status: decision };
  }

  /** Throws TokenExpired when nobody was asked. */
  static of(state: GuardianConsentState | null): GuardianConsent {
    if (state === null) throw new TokenExpired();
    return new GuardianConsent(state);
  }
}
