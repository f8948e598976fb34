/** Section 4 of the reliability design: what is true of every service at any time. */
export const INVARIANTS = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11', 'I12'] as const;

export type Invariant = (typeof INVARIANTS)[number];

export interface Violation {
  readonly invariant: Invariant;
  /** The stream and version, subscription, saga, table or position that is wrong. */
  readonly place: string;
  readonly expected: string;
  readonly found: string;
}

export interface Verdict {
  /** `user-service`, or `user-service -> tutor-service` for what lies between two. */
  readonly service: string;
  /** Where the feed stood in the snapshot that was judged; work under way at that moment is no violation. */
  readonly at: { readonly head: number; readonly takenAt: string };
  /** `looked`: how many events, rows, sagas or columns; `violations`: all of them, also those that are not listed. */
  readonly checked: readonly { readonly invariant: Invariant; readonly looked: number; readonly violations: number }[];
  /** What these functions never judge, or not with these options. */
  readonly notChecked: readonly { readonly invariant: Invariant; readonly reason: string }[];
  /** What should have been judged and could not be: such a verdict is not clean. */
  readonly undecided: readonly { readonly invariant: Invariant; readonly reason: string }[];
  /** The first 100 of each invariant. */
  readonly violations: readonly Violation[];
}
