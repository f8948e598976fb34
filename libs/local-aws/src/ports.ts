export interface Clock {
  now(): Date;
  /** Returns its cancel function. */
  setTimer(ms: number, run: () => void): () => void;
}

/** A number in [0, 1). */
export type Random = () => number;

/** A durable ordered map. A resolved write has been synced. Keys are strings in lexicographic order. */
export interface DurableStore {
  get(key: string): Promise<string | undefined>;
  /** All or nothing, synced before it resolves. */
  batch(operations: ReadonlyArray<{ put: string; value: string } | { del: string }>): Promise<void>;
  /** From inclusive, to exclusive. */
  range(from: string, to: string, limit?: number): AsyncIterable<readonly [key: string, value: string]>;
  close(): Promise<void>;
}

/** Probabilities 0..1, except reorderWindow (events), delayMs and failTarget (the next n target deliveries fail). */
export interface BusFaults {
  duplicate: number;
  reorderWindow: number;
  delayMs: number;
  failTarget: number;
  partialPutFailure: number;
  throttle: number;
  resetAfterAccept: number;
  crashAt?: string;
}

/** How a delivered event reaches a target. Throws AwsError; type 'NO_RESOURCE' / 'NO_PERMISSIONS' are not retried. */
export interface TargetDelivery {
  deliver(
    targetArn: string,
    body: string,
    options: { messageGroupId?: string; attributes?: Record<string, string> },
  ): Promise<void>;
}
