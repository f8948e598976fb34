/** A queue message as poller and Lambda receive it. */
export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
  /** How often it was received, this time included. */
  readonly receiveCount: number;
}

/** `databaseAway`: it is not the message's fault, and others would fare no better at the moment. */
export type RecordOutcome = 'done' | { readonly retryAfterMs: number; readonly databaseAway?: true };

export type ProcessRecord = (record: QueueRecord) => Promise<RecordOutcome>;
