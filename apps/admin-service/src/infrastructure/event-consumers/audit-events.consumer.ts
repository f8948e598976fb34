import { ApprovalDecided, contracts } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { RecordAuditUseCase } from '../../application/use-cases/record-audit.usecase.ts';

const others = contracts.filter((contract) => contract.scope === 'integration' && contract.name !== ApprovalDecided.name);

/** Everything that leaves a service, this one included. What is audited is decided by the contracts, not here. */
@Injectable()
@Consumer({ name: 'admin-service.audit', order: 'any' })
export class AuditEventsConsumer {
  constructor(private readonly record: RecordAuditUseCase) {}

  @Consumes(ApprovalDecided, ...others)
  async handleEvent(event: RecordedEvent): Promise<void> {
    await this.record.execute(event);
  }
}
