/** What another service says of the user behind a profile, as far as it is known. */
interface UserFacts {
  readonly role: string | undefined;
  readonly status: string | undefined;
  /** Until when a suspension is meant to last. */
  readonly suspendedUntil: string | undefined;
  readonly erased: boolean;
}

/** Why a user may not be listed as a tutor. They end when the user's facts change, unlike the reasons of this service. */
const BARS = ['user_erased', 'role_changed', 'user_suspended'] as const;
type Bar = (typeof BARS)[number];

/** Whether a user may act as a tutor now. It follows from the facts alone, so their order of arrival does not matter. */
export class TutorStanding {
  constructor(private readonly facts: UserFacts) {}

  get bar(): Bar | undefined {
    if (this.facts.erased) return 'user_erased';
    if (this.facts.role !== undefined && this.facts.role !== 'tutor') return 'role_changed';
    return this.facts.status === 'suspended' ? 'user_suspended' : undefined;
  }

  get until(): string | undefined {
    return this.bar === 'user_suspended' ? this.facts.suspendedUntil : undefined;
  }

  /** What the user lacks to submit a profile. */
  get missing(): string[] {
    const missing = this.facts.status === 'active' && !this.facts.erased ? [] : ['active_user'];
    return this.bar === 'role_changed' ? [...missing, 'tutor_role'] : missing;
  }
}

export function isBar(reason: string): reason is Bar {
  return BARS.some((bar) => bar === reason);
}
