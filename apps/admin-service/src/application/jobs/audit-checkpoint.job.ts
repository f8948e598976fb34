import { inMessageContext, minutes, SingletonJob } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { RecordCheckpointUseCase } from '../use-cases/record-checkpoint.usecase.ts';

const LOOK_AGAIN_MS = minutes(1);

/** Looks every minute whether a checkpoint of the audit is due. */
@Injectable()
export class AuditCheckpointJob extends SingletonJob {
  override readonly name = 'admin-service.audit-checkpoint';

  constructor(private readonly recordCheckpoint: RecordCheckpointUseCase) {
    super();
  }

  override async turn(): Promise<number> {
    const id = crypto.randomUUID();
    const actor = { id: 'system:audit-checkpoint', type: 'system' } as const;
    await inMessageContext({ messageId: id, correlationId: id, actor }, () => this.recordCheckpoint.execute(id));
    return LOOK_AGAIN_MS;
  }
}
