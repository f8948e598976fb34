import { Injectable } from '@nestjs/common';
import { AuditLog } from '../interfaces/audit-log.interface.ts';

@Injectable()
export class ExportAuditUseCase {
  constructor(private readonly log: AuditLog) {}

  /** Every entry as a line of JSON, oldest first; read as it is asked for, whatever the length of the audit. */
  async *execute(): AsyncGenerator<string> {
    for await (const batch of this.log.batches()) yield batch.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  }
}
