/**
 * Where a stream stands: the version of its last event and that event's chain hash. Whoever appends has read it, so versions are
 * dense and every event carries the hash of its predecessor.
 */
export interface StreamPosition {
  readonly version: number;
  readonly hash: string;
  /** `recordedAt` of the last event; the next one is never earlier. */
  readonly recordedAt: string;
}

export const NO_STREAM: StreamPosition = { version: 0, hash: '0'.repeat(64), recordedAt: '1970-01-01T00:00:00.000Z' };
