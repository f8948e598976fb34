import { Access, CurrentPrincipal, IfMatch, type Principal } from '@edtech/shared-kernel';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { BecomeTutorUseCase } from '../application/use-cases/become-tutor.usecase.ts';
import { ChangeRoleUseCase } from '../application/use-cases/change-role.usecase.ts';
import { CreateUserUseCase } from '../application/use-cases/create-user.usecase.ts';
import { DeactivateSelfUseCase } from '../application/use-cases/deactivate-self.usecase.ts';
import { GetHistoryUseCase } from '../application/use-cases/get-history.usecase.ts';
import { GetSettingsUseCase } from '../application/use-cases/get-settings.usecase.ts';
import { GetUserUseCase } from '../application/use-cases/get-user.usecase.ts';
import { ListUsersUseCase, type UserList } from '../application/use-cases/list-users.usecase.ts';
import { ReactivateUserUseCase } from '../application/use-cases/reactivate-user.usecase.ts';
import { RequestErasureUseCase } from '../application/use-cases/request-erasure.usecase.ts';
import { SuspendUserUseCase } from '../application/use-cases/suspend-user.usecase.ts';
import { UpdateSettingsUseCase } from '../application/use-cases/update-settings.usecase.ts';
import { UpdateUserUseCase } from '../application/use-cases/update-user.usecase.ts';
import type { SettingsView } from '../application/views/settings.view.ts';
import type { PublicUserView, UserView } from '../application/views/user.view.ts';
import * as responses from './users.responses.ts';
import * as schemas from './users.schemas.ts';

type AnyView = UserView | PublicUserView;

@Controller('users')
export class UsersController {
  constructor(
    private readonly createUser: CreateUserUseCase,
    private readonly getUser: GetUserUseCase,
    private readonly listUsers: ListUsersUseCase,
    private readonly updateUser: UpdateUserUseCase,
    private readonly getSettings: GetSettingsUseCase,
    private readonly updateSettings: UpdateSettingsUseCase,
    private readonly becomeTutor: BecomeTutorUseCase,
    private readonly changeRole: ChangeRoleUseCase,
    private readonly suspendUser: SuspendUserUseCase,
    private readonly reactivateUser: ReactivateUserUseCase,
    private readonly deactivateSelf: DeactivateSelfUseCase,
    private readonly requestErasure: RequestErasureUseCase,
    private readonly getHistory: GetHistoryUseCase,
  ) {}

  @Get('me')
  @ApiOkResponse({ standardSchema: responses.User })
  @Access('student', 'tutor', 'admin', 'superadmin')
  me(@CurrentPrincipal() me: Principal): Promise<AnyView> {
    return this.getUser.execute(me.id, me);
  }

  @Patch('me')
  @ApiHeader(schemas.ifMatch)
  @ApiOkResponse({ standardSchema: responses.User })
  @Access('student', 'tutor', 'admin', 'superadmin')
  updateMe(
    @CurrentPrincipal() me: Principal,
    @Body({ schema: schemas.UpdateMe }) body: z.output<typeof schemas.UpdateMe>,
    @IfMatch() version: number | undefined,
  ): Promise<UserView> {
    return this.updateUser.execute(me.id, body, version);
  }

  @Get('me/settings')
  @ApiOkResponse({ standardSchema: responses.Settings })
  @Access('student', 'tutor', 'admin', 'superadmin')
  mySettings(@CurrentPrincipal() me: Principal): Promise<SettingsView> {
    return this.getSettings.execute(me.id);
  }

  @Put('me/settings')
  @ApiHeader(schemas.ifMatch)
  @ApiOkResponse({ standardSchema: responses.Settings })
  @Access('student', 'tutor', 'admin', 'superadmin')
  updateMySettings(
    @CurrentPrincipal() me: Principal,
    @Body({ schema: schemas.Settings }) body: z.output<typeof schemas.Settings>,
    @IfMatch() version: number | undefined,
  ): Promise<SettingsView> {
    return this.updateSettings.execute(me.id, body, version);
  }

  @Post('me/become-tutor')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.User })
  @Access('student')
  becomeATutor(
    @CurrentPrincipal() me: Principal,
    @Body({ schema: schemas.BecomeTutor }) body: z.output<typeof schemas.BecomeTutor>,
  ): Promise<UserView> {
    return this.becomeTutor.execute(me.id, body);
  }

  @Post('me/deactivate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.User })
  @Access('student', 'tutor')
  deactivateMe(@CurrentPrincipal() me: Principal, @Body({ schema: schemas.Nothing }) _body: unknown): Promise<UserView> {
    return this.deactivateSelf.execute(me.id);
  }

  @Post('me/reactivate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.User })
  @Access('student', 'tutor')
  reactivateMe(@CurrentPrincipal() me: Principal, @Body({ schema: schemas.Nothing }) _body: unknown): Promise<AnyView> {
    return this.reactivateUser.execute(me.id, me);
  }

  @Delete('me')
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: responses.Erasure })
  @Access('student', 'tutor')
  eraseMe(@CurrentPrincipal() me: Principal): Promise<{ erasureDueAt: string | null }> {
    return this.requestErasure.execute(me.id);
  }

  @Post()
  @ApiCreatedResponse({ standardSchema: responses.AnyUser })
  @Access('admin:support', 'internal')
  create(
    @CurrentPrincipal() principal: Principal,
    @Body({ schema: schemas.CreateUser }) body: z.output<typeof schemas.CreateUser>,
  ): Promise<AnyView> {
    return this.createUser.execute(body, principal);
  }

  @Get()
  @ApiOkResponse({ standardSchema: responses.Users })
  @Access('admin')
  list(
    @CurrentPrincipal() principal: Principal,
    @Query({ schema: schemas.ListQuery }) query: z.output<typeof schemas.ListQuery>,
  ): Promise<UserList> {
    return this.listUsers.execute(query, principal);
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: responses.AnyUser })
  @Access('student', 'tutor', 'admin', 'superadmin', 'internal')
  get(@CurrentPrincipal() principal: Principal, @Param('id', { schema: schemas.UserId }) id: string): Promise<AnyView> {
    return this.getUser.execute(id, principal);
  }

  @Post(':id/role')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.AnyUser })
  @Access('admin:support')
  role(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: schemas.UserId }) id: string,
    @Body({ schema: schemas.ChangeRole }) { newRole, reason }: z.output<typeof schemas.ChangeRole>,
  ): Promise<AnyView> {
    return this.changeRole.execute(id, newRole, reason, principal);
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.AnyUser })
  @Access('admin:support')
  suspend(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: schemas.UserId }) id: string,
    @Body({ schema: schemas.Suspend }) body: z.output<typeof schemas.Suspend>,
  ): Promise<AnyView> {
    return this.suspendUser.execute(id, body, principal);
  }

  @Post(':id/reactivate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.AnyUser })
  @Access('admin:support')
  reactivate(
    @CurrentPrincipal() principal: Principal,
    @Param('id', { schema: schemas.UserId }) id: string,
    @Body({ schema: schemas.Reactivate }) _body: unknown,
  ): Promise<AnyView> {
    return this.reactivateUser.execute(id, principal);
  }

  @Get(':id/history')
  @ApiOkResponse({ standardSchema: responses.History })
  @Access('admin:compliance')
  history(@Param('id', { schema: schemas.UserId }) id: string): ReturnType<GetHistoryUseCase['execute']> {
    return this.getHistory.execute(id);
  }
}
