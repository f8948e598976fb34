import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import type { AuditCheckpoint, Checkpoint } from '../../domain/entities/audit-checkpoint.entity.ts';
import type { AuditEntry, ChainEnd, Digest } from '../../domain/entities/audit-entry.entity.ts';
import type { Page, PageRequest } from './repository.interface.ts';

export interface AuditQuery extends PageRequest {
  readonly actor?: string | undefined;
  /** Its id. */
  readonly aggregate?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Of `occurredAt`, included. */
  readonly from?: string | undefined;
  /** Of `occurredAt`, not included. */
  readonly to?: string | undefined;
}

export interface RecordedCheckpoint extends Checkpoint {
  readonly recordedAt: string;
}

/** The chain of all that happened. Nothing in it can be changed or removed. */
export abstract class AuditLog {
  abstract readonly digest: Digest;
  /** Inside a unit of work; until its end nobody else adds an entry. The same event again changes nothing. */
  abstract add(event: RecordedEvent, source: string): Promise<void>;
  /** The newest entry; undefined: there is none. */
  abstract end(): Promise<ChainEnd | undefined>;
  /** All of it from the beginning, in batches that are read as they are asked for. */
  abstract batches(): AsyncIterable<readonly AuditEntry[]>;
  /** Newest first. Throws InvalidCursor for a cursor that was not given out for these filters. */
  abstract list(query: AuditQuery): Promise<Page<AuditEntry>>;
  /** Oldest first. */
  abstract checkpoints(): Promise<RecordedCheckpoint[]>;
  abstract saveCheckpoint(checkpoint: AuditCheckpoint): Promise<void>;
}
