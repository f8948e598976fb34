/** Of each invariant so many violations are listed; all are counted. */
export const MOST_LISTED = 100;

/** One violation of the invariant that is being looked at. */
export interface Broken {
  readonly place: string;
  readonly expected: string;
  readonly found: string;
}
