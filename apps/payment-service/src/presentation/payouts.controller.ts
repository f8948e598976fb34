import { Access, CurrentPrincipal, type Principal } from '@edtech/shared-kernel';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { PayoutList, type PayoutPage } from '../application/interfaces/payout-list.interface.ts';
import { GetPayoutUseCase, type PayoutView } from '../application/use-cases/get-payout.usecase.ts';
import { HoldPayoutUseCase } from '../application/use-cases/hold-payout.usecase.ts';
import { ReleasePayoutUseCase } from '../application/use-cases/release-payout.usecase.ts';
import * as responses from './payouts.responses.ts';
import * as schemas from './payouts.schemas.ts';

@Controller('payouts')
export class PayoutsController {
  constructor(
    private readonly list: PayoutList,
    private readonly getPayout: GetPayoutUseCase,
    private readonly holdPayout: HoldPayoutUseCase,
    private readonly releasePayout: ReleasePayoutUseCase,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: responses.Payouts })
  @Access('tutor', 'admin:finance')
  page(
    @CurrentPrincipal() me: Principal,
    @Query({ schema: schemas.PayoutsQuery }) { tutor, status, cursor }: z.output<typeof schemas.PayoutsQuery>,
  ): Promise<PayoutPage> {
    return this.list.page({ tutorId: ownOf(me) ?? tutor, status, cursor });
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: responses.Payout })
  @Access('tutor', 'admin:finance')
  show(@CurrentPrincipal() me: Principal, @Param('id', { schema: schemas.PayoutId }) id: string): Promise<PayoutView> {
    return this.getPayout.execute(id, { tutorId: ownOf(me) });
  }

  @Post(':id/hold')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.Payout })
  @Access('admin:finance')
  async hold(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.PayoutId }) id: string,
    @Body({ schema: schemas.Reason }) { reason }: z.output<typeof schemas.Reason>,
  ): Promise<PayoutView> {
    await this.holdPayout.execute(id, { reason, by: me.id });
    return this.getPayout.execute(id, {});
  }

  @Post(':id/release')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.Payout })
  @Access('admin:finance')
  async release(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.PayoutId }) id: string,
    @Headers('idempotency-key') decisionId: string | undefined,
    @Body({ schema: schemas.Reason }) { reason }: z.output<typeof schemas.Reason>,
  ): Promise<PayoutView> {
    await this.releasePayout.execute(id, { reason, by: me.id, decisionId });
    return this.getPayout.execute(id, {});
  }
}

/** A tutor sees the own payouts only. */
function ownOf({ role, id }: Principal): string | undefined {
  return role === 'tutor' ? id : undefined;
}
