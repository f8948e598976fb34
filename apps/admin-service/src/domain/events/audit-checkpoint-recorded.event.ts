import type { AuditCheckpointRecorded } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class AuditCheckpointRecordedEvent extends BaseDomainEvent<AuditCheckpointRecorded> {
  static override readonly EVENT_NAME = 'audit.checkpoint_recorded';
}
