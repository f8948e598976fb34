import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '../../domain/entities/audit-entry.entity.ts';
import { AuditLog, type AuditQuery } from '../interfaces/audit-log.interface.ts';
import type { Page } from '../interfaces/repository.interface.ts';

export type AuditEntryView = AuditEntry;

@Injectable()
export class QueryAuditUseCase {
  constructor(private readonly log: AuditLog) {}

  /** Newest first. Throws InvalidCursor. */
  execute(query: AuditQuery): Promise<Page<AuditEntryView>> {
    return this.log.list(query);
  }
}
