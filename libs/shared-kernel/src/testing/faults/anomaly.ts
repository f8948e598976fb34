import type { Operation } from './history.ts';

/** Something a history shows that its promise rules out. */
export interface Anomaly<Kind extends string = string> {
  readonly kind: Kind;
  readonly key: string;
  readonly detail: string;
  /** The operations that contradict each other. */
  readonly operations: readonly Operation[];
}

/** The history says too little to be judged; it must not pass as clean. */
export class UnusableHistory extends Error {
  readonly code = 'UNUSABLE_HISTORY';

  constructor(
    readonly key: string,
    reason: string,
  ) {
    super(`the history of ${key} cannot be judged: ${reason}`);
    this.name = 'UnusableHistory';
  }
}
