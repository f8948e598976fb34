import { AggregateRoot, type When } from '@edtech/shared-kernel/domain';
import { AuditCheckpointRecordedEvent } from '../events/audit-checkpoint-recorded.event.ts';

export interface Checkpoint {
  readonly seq: number;
  /** Hash of entry `seq`, and so of everything before it. */
  readonly rootHash: string;
  readonly keyId: string;
  readonly signature: string;
}

/** A signed statement of what the audit was: made once, never changed. */
export class AuditCheckpoint extends AggregateRoot<typeof AuditCheckpointRecordedEvent> {
  static override readonly AGGREGATE_TYPE = 'AuditEntry';
  #id = '';
  #checkpoint: Checkpoint = { seq: 0, rootHash: '', keyId: '', signature: '' };

  protected readonly when: When<typeof AuditCheckpointRecordedEvent> = {
    'audit.checkpoint_recorded': ({ checkpointId, ...checkpoint }) => {
      this.#id = checkpointId;
      this.#checkpoint = checkpoint;
    },
  };

  static make(checkpointId: string, checkpoint: Checkpoint): AuditCheckpoint {
    const made = new AuditCheckpoint();
    made.record(new AuditCheckpointRecordedEvent({ checkpointId, ...checkpoint }));
    return made;
  }

  get id(): string {
    return this.#id;
  }
  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }
}
