import type { QueueRecord } from './queue-record.ts';

export interface QueuedMessage extends QueueRecord {
  /** Names this reception; a later one of the same message has another. */
  readonly receipt: string;
}

/** A queue that hands out a message again unless it is deleted while it is hidden. */
export abstract class MessageQueue {
  /** How long a received message stays hidden. */
  abstract readonly hiddenSeconds: number;

  /** At most 10 messages; waits some time for the first. Throws when `ended` is aborted meanwhile. */
  abstract receive(ended: AbortSignal): Promise<readonly QueuedMessage[]>;

  /** At most 10; answers how many could not be deleted and will come again. */
  abstract delete(receipts: readonly string[]): Promise<number>;

  /** At most 10, hidden for so long from now on (0: visible at once); answers how many could not be changed. */
  abstract hide(receipts: readonly string[], seconds: number): Promise<number>;
}
