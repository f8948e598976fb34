import { Access, CurrentPrincipal, type Principal } from '@edtech/shared-kernel';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { TutorEarnings, type Earnings } from '../application/interfaces/tutor-earnings.interface.ts';
import * as responses from './payouts.responses.ts';
import * as schemas from './payouts.schemas.ts';

@Controller('payments')
export class EarningsController {
  constructor(private readonly earnings: TutorEarnings) {}

  @Get('me/earnings')
  @ApiOkResponse({ standardSchema: responses.Earnings })
  @Access('tutor')
  mine(
    @CurrentPrincipal() me: Principal,
    @Query({ schema: schemas.EarningsQuery }) { asOf }: z.output<typeof schemas.EarningsQuery>,
  ): Promise<Earnings[]> {
    return this.earnings.of(me.id, asOf);
  }
}
