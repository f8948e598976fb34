/**
 * Another system is needed and does not answer at the moment: the same request may succeed later, and is safe to repeat. The edge answers 503
 * and when to come again.
 */
export abstract class Unavailable extends Error {
  abstract readonly code: string;
}
