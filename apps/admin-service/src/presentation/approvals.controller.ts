import { Access, CurrentPrincipal, type Principal } from '@edtech/shared-kernel';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Page } from '../application/interfaces/repository.interface.ts';
import { DecideApprovalUseCase } from '../application/use-cases/decide-approval.usecase.ts';
import { GetApprovalUseCase } from '../application/use-cases/get-approval.usecase.ts';
import { ListApprovalsUseCase } from '../application/use-cases/list-approvals.usecase.ts';
import type { ApprovalTaskView } from '../application/views/approval-task.view.ts';
import * as responses from './admin.responses.ts';
import * as schemas from './admin.schemas.ts';

/** Support sees every task and decides about issues; which duty a kind needs is the task's own rule. */
@Controller('admin/approvals')
export class ApprovalsController {
  constructor(
    private readonly listApprovals: ListApprovalsUseCase,
    private readonly getApproval: GetApprovalUseCase,
    private readonly decideApproval: DecideApprovalUseCase,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: responses.Approvals })
  @Access('admin:finance', 'admin:support')
  list(@Query({ schema: schemas.ListApprovals }) query: z.output<typeof schemas.ListApprovals>): Promise<Page<ApprovalTaskView>> {
    return this.listApprovals.execute(query);
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: responses.Approval })
  @Access('admin:finance', 'admin:support')
  get(@Param('id', { schema: schemas.Id }) id: string): Promise<ApprovalTaskView> {
    return this.getApproval.execute(id);
  }

  @Post(':id/decision')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.Approval })
  @Access('admin:finance', 'admin:support')
  decide(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.Id }) id: string,
    @Body({ schema: schemas.DecideApproval }) body: z.output<typeof schemas.DecideApproval>,
  ): Promise<ApprovalTaskView> {
    return this.decideApproval.execute(id, body, me);
  }
}
