import { Access, IfMatch } from '@edtech/shared-kernel';
import { Body, Controller, Get, Headers, Param, Put, Query } from '@nestjs/common';
import { ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { GetAnalyticsUseCase, type AnalyticsView } from '../application/use-cases/get-analytics.usecase.ts';
import { GrantDutiesUseCase } from '../application/use-cases/grant-duties.usecase.ts';
import { ListAdminsUseCase } from '../application/use-cases/list-admins.usecase.ts';
import { SetUserStatusUseCase } from '../application/use-cases/set-user-status.usecase.ts';
import type { AdminUserView } from '../application/views/admin-user.view.ts';
import * as responses from './admin.responses.ts';
import * as schemas from './admin.schemas.ts';

@Controller('admin')
export class AdminController {
  constructor(
    private readonly listAdmins: ListAdminsUseCase,
    private readonly grantDuties: GrantDutiesUseCase,
    private readonly setUserStatus: SetUserStatusUseCase,
    private readonly getAnalytics: GetAnalyticsUseCase,
  ) {}

  @Get('admins')
  @ApiOkResponse({ standardSchema: responses.Admins })
  @Access('superadmin')
  admins(): Promise<{ items: AdminUserView[] }> {
    return this.listAdmins.execute();
  }

  @Put('admins/:userId/duties')
  @ApiHeader(schemas.ifMatch)
  @ApiOkResponse({ standardSchema: responses.Admin })
  @Access('superadmin')
  duties(
    @Param('userId', { schema: schemas.Id }) userId: string,
    @Body({ schema: schemas.Duties }) { duties }: z.output<typeof schemas.Duties>,
    @IfMatch() version: number | undefined,
  ): Promise<AdminUserView> {
    return this.grantDuties.execute(userId, duties, version);
  }

  @Put('users/:id/status')
  @ApiOkResponse({ standardSchema: responses.UserStatus })
  @Access('admin:support')
  userStatus(
    @Param('id', { schema: schemas.Id }) id: string,
    @Body({ schema: schemas.UserStatus }) body: z.output<typeof schemas.UserStatus>,
    @Headers('authorization') bearer: string,
  ): Promise<{ userId: string; status: string }> {
    return this.setUserStatus.execute(id, body, bearer);
  }

  @Get('analytics')
  @ApiOkResponse({ standardSchema: responses.Analytics })
  @Access('admin')
  analytics(@Query({ schema: schemas.Period }) period: z.output<typeof schemas.Period>): Promise<AnalyticsView> {
    return this.getAnalytics.execute(period);
  }
}
