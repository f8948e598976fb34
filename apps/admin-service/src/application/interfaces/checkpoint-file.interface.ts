import type { RecordedCheckpoint } from './audit-log.interface.ts';

/** Checkpoints outside of the database: who cuts the audit there does not cut them. */
export abstract class CheckpointFile {
  /** Oldest first; none yet is an empty list. Throws UnreadableCheckpoints. */
  abstract read(): Promise<RecordedCheckpoint[]>;
  /** On disk when it returns. */
  abstract append(checkpoints: readonly RecordedCheckpoint[]): Promise<void>;
}

export class UnreadableCheckpoints extends Error {
  readonly code = 'UNREADABLE_CHECKPOINTS';

  constructor(
    readonly file: string,
    readonly line: number,
    options?: ErrorOptions,
  ) {
    super(`line ${line} of ${file} is no checkpoint; restore the file from a backup`, options);
    this.name = 'UnreadableCheckpoints';
  }
}
