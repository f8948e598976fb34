import { Access } from '@edtech/shared-kernel';
import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { SettlementReports } from '../application/interfaces/settlement-reports.interface.ts';
import * as schemas from './queries.schemas.ts';
import { settlementCsv } from './settlement.csv.ts';

@Controller('reports')
export class ReportsController {
  constructor(private readonly reports: SettlementReports) {}

  /** What moved on a day, in UTC. */
  @Get('settlement')
  @Header('content-type', 'text/csv; charset=utf-8')
  @ApiOkResponse({
    description: 'One line per currency, in minor units',
    content: { 'text/csv': { schema: { type: 'string' } } },
  })
  @Access('admin:finance')
  async settlement(@Query({ schema: schemas.ReportQuery }) { date }: z.output<typeof schemas.ReportQuery>): Promise<string> {
    return settlementCsv(await this.reports.ofDay(date));
  }
}
