import { Access } from '@edtech/shared-kernel';
import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Page } from '../application/interfaces/repository.interface.ts';
import { ExportAuditUseCase } from '../application/use-cases/export-audit.usecase.ts';
import { QueryAuditUseCase, type AuditEntryView } from '../application/use-cases/query-audit.usecase.ts';
import { VerifyAuditUseCase, type AuditVerdict } from '../application/use-cases/verify-audit.usecase.ts';
import * as responses from './audit.responses.ts';
import * as schemas from './audit.schemas.ts';

@Controller('admin/audit')
export class AuditController {
  constructor(
    private readonly queryAudit: QueryAuditUseCase,
    private readonly verifyAudit: VerifyAuditUseCase,
    private readonly exportAudit: ExportAuditUseCase,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: responses.AuditEntries })
  @Access('admin:compliance')
  query(@Query({ schema: schemas.QueryAudit }) query: z.output<typeof schemas.QueryAudit>): Promise<Page<AuditEntryView>> {
    return this.queryAudit.execute(query);
  }

  @Get('verify')
  @ApiOkResponse({ standardSchema: responses.AuditVerified })
  @Access('admin:compliance')
  verify(): Promise<AuditVerdict> {
    return this.verifyAudit.execute();
  }

  @Get('export')
  @Header('content-type', 'application/x-ndjson')
  @ApiOkResponse({ description: 'One entry a line, oldest first', content: responses.auditLines })
  @Access('admin:compliance')
  export(): ReadableStream {
    return ReadableStream.from(this.exportAudit.execute()).pipeThrough(new TextEncoderStream());
  }
}
