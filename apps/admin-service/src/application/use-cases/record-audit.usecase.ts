import { EventContracts } from '@edtech/shared-kernel/application';
import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../interfaces/audit-log.interface.ts';

@Injectable()
export class RecordAuditUseCase {
  constructor(
    private readonly log: AuditLog,
    private readonly contracts: EventContracts,
  ) {}

  /** Inside a unit of work. The same event again changes nothing. Throws UnknownContract. */
  async execute(event: RecordedEvent): Promise<void> {
    await this.log.add(event, this.contracts.get(event.eventName).producer);
  }
}
