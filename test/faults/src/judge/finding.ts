/** One broken promise. */
export interface Finding {
  /** I1 to I12 of the invariants, or the rule of the history checker. */
  readonly invariant: string;
  readonly place: string;
  readonly detail: string;
}

export interface Counts {
  lost: number;
  doubled: number;
  inverted: number;
  gaps: number;
  /** Minor units that appeared or vanished. */
  drift: number;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  readonly counts: Counts;
  /** Events in the logs of all services. */
  readonly events: number;
  /** Effects that were observed. */
  readonly effects: number;
}

export function addUp(judgements: readonly Judgement[]): Omit<Judgement, 'findings'> {
  const counts: Counts = { lost: 0, doubled: 0, inverted: 0, gaps: 0, drift: 0 };
  let [events, effects] = [0, 0];
  for (const judgement of judgements) {
    for (const name of ['lost', 'doubled', 'inverted', 'gaps', 'drift'] as const) counts[name] += judgement.counts[name];
    events += judgement.events;
    effects += judgement.effects;
  }
  return { counts, events, effects };
}
