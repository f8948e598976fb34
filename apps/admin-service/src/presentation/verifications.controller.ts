import { Access, CurrentPrincipal, type Principal } from '@edtech/shared-kernel';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Page } from '../application/interfaces/repository.interface.ts';
import { ApproveCaseUseCase } from '../application/use-cases/approve-case.usecase.ts';
import { AssignCaseUseCase } from '../application/use-cases/assign-case.usecase.ts';
import { GetCaseUseCase } from '../application/use-cases/get-case.usecase.ts';
import { ListCasesUseCase } from '../application/use-cases/list-cases.usecase.ts';
import { RejectCaseUseCase } from '../application/use-cases/reject-case.usecase.ts';
import { RequestInfoUseCase } from '../application/use-cases/request-info.usecase.ts';
import type { VerificationCaseView } from '../application/views/verification-case.view.ts';
import * as responses from './admin.responses.ts';
import * as schemas from './admin.schemas.ts';

@Controller('admin/verifications')
export class VerificationsController {
  constructor(
    private readonly listCases: ListCasesUseCase,
    private readonly getCase: GetCaseUseCase,
    private readonly assignCase: AssignCaseUseCase,
    private readonly approveCase: ApproveCaseUseCase,
    private readonly rejectCase: RejectCaseUseCase,
    private readonly requestInfo: RequestInfoUseCase,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: responses.VerificationCases })
  @Access('admin:verification')
  list(@Query({ schema: schemas.ListCases }) query: z.output<typeof schemas.ListCases>): Promise<Page<VerificationCaseView>> {
    return this.listCases.execute(query);
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: responses.VerificationCase })
  @Access('admin:verification')
  get(@Param('id', { schema: schemas.Id }) id: string): Promise<VerificationCaseView> {
    return this.getCase.execute(id);
  }

  @Post(':id/assign')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.VerificationCase })
  @Access('admin:verification')
  assign(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.Id }) id: string,
    @Body({ schema: schemas.AssignCase }) { assignee }: z.output<typeof schemas.AssignCase>,
  ): Promise<VerificationCaseView> {
    return this.assignCase.execute(id, me.id, assignee);
  }

  @Post(':id/approve')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.VerificationCase })
  @Access('admin:verification')
  approve(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.Id }) id: string,
    @Body({ schema: schemas.ApproveCase }) body: z.output<typeof schemas.ApproveCase>,
  ): Promise<VerificationCaseView> {
    return this.approveCase.execute(id, me.id, body);
  }

  @Post(':id/reject')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.VerificationCase })
  @Access('admin:verification')
  reject(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.Id }) id: string,
    @Body({ schema: schemas.RejectCase }) body: z.output<typeof schemas.RejectCase>,
  ): Promise<VerificationCaseView> {
    return this.rejectCase.execute(id, me.id, body);
  }

  @Post(':id/request-info')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.VerificationCase })
  @Access('admin:verification')
  askFor(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.Id }) id: string,
    @Body({ schema: schemas.RequestInfo }) { items }: z.output<typeof schemas.RequestInfo>,
  ): Promise<VerificationCaseView> {
    return this.requestInfo.execute(id, me.id, items);
  }
}
