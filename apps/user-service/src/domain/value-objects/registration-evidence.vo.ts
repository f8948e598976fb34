/** What identity-service has told of a registration so far, in whatever order. */
export type Evidence = 'registered' | 'email_verified' | 'guardian_consented' | 'cancelled';

/** A verified address; for a minor the consent of a guardian as well. */
export function suffices(evidence: ReadonlySet<Evidence>, isMinor: boolean): boolean {
  return evidence.has('email_verified') && (!isMinor || evidence.has('guardian_consented'));
}
