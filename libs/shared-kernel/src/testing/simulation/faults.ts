/** What goes wrong, each as a share of the times it could. */
export interface Faults {
  /** A process dies before a step of it. */
  readonly crash: number;
  /** So often in one run at most. */
  readonly mostCrashes: number;
  /** A message is late, by up to `longestDelayMs`: what makes others overtake it. */
  readonly delay: number;
  readonly longestDelayMs: number;
  /** A message is delivered once more, up to three times. */
  readonly duplicate: number;
  /** A message comes once more after days. */
  readonly lateDuplicate: number;
  readonly latestDuplicateMs: number;
  /** A message is lost and sent again. */
  readonly drop: number;
  /** The bus refuses an event. */
  readonly throttle: number;
  /** The bus takes an event and its answer is lost. */
  readonly lostReply: number;
  /** A mail server fails before or after it has sent. */
  readonly mailer: number;
  /** A payment provider does not take a request, or its answer is lost. */
  readonly provider: number;
}

export const NO_FAULTS: Faults = {
  crash: 0,
  mostCrashes: 0,
  delay: 0,
  longestDelayMs: 1,
  duplicate: 0,
  lateDuplicate: 0,
  latestDuplicateMs: 1,
  drop: 0,
  throttle: 0,
  lostReply: 0,
  mailer: 0,
  provider: 0,
};

/** Worse than any day in production. */
export const ALL_FAULTS: Faults = {
  crash: 0.005,
  mostCrashes: 3,
  delay: 0.5,
  longestDelayMs: 20_000,
  duplicate: 0.15,
  lateDuplicate: 0.1,
  latestDuplicateMs: 20 * 86_400_000,
  drop: 0.05,
  throttle: 0.05,
  lostReply: 0.05,
  mailer: 0.1,
  provider: 0.1,
};
