import { Access, CurrentPrincipal, RateLimit, SecretAnswer, type Principal, type Refusal } from '@edtech/shared-kernel';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Tokens } from '../application/tokens.ts';
import { DecideGuardianConsentUseCase } from '../application/use-cases/decide-guardian-consent.usecase.ts';
import { ForgotPasswordUseCase } from '../application/use-cases/forgot-password.usecase.ts';
import { ListSessionsUseCase } from '../application/use-cases/list-sessions.usecase.ts';
import { LoginUseCase } from '../application/use-cases/login.usecase.ts';
import { LogoutUseCase } from '../application/use-cases/logout.usecase.ts';
import { RefreshUseCase } from '../application/use-cases/refresh.usecase.ts';
import { RegisterUseCase } from '../application/use-cases/register.usecase.ts';
import { ResendVerificationUseCase } from '../application/use-cases/resend-verification.usecase.ts';
import { ResetPasswordUseCase } from '../application/use-cases/reset-password.usecase.ts';
import { RevokeSessionUseCase } from '../application/use-cases/revoke-session.usecase.ts';
import { VerifyEmailUseCase } from '../application/use-cases/verify-email.usecase.ts';
import * as responses from './identity.responses.ts';
import * as schemas from './identity.schemas.ts';

/** Whether or not there is somebody to write to. */
const ACCEPTED = { status: 'accepted' };
/** Of one address: guessing takes long, and a school that signs in behind one still gets in. */
const SIGNING_IN = { burst: 30, perMinute: 60 };
/** Of one address: whoever writes to people who have not asked for it must not write to many. */
const MAILING = { burst: 20, perMinute: 30 };

@Controller('identity')
export class IdentityController {
  constructor(
    private readonly registerAccount: RegisterUseCase,
    private readonly verify: VerifyEmailUseCase,
    private readonly resend: ResendVerificationUseCase,
    private readonly signIn: LoginUseCase,
    private readonly refreshTokens: RefreshUseCase,
    private readonly signOut: LogoutUseCase,
    private readonly forgot: ForgotPasswordUseCase,
    private readonly reset: ResetPasswordUseCase,
    private readonly decide: DecideGuardianConsentUseCase,
    private readonly listSessions: ListSessionsUseCase,
    private readonly revokeSession: RevokeSessionUseCase,
  ) {}

  @Post('register')
  @RateLimit(MAILING)
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: responses.Registered })
  @Access('public')
  register(
    @Body({ schema: schemas.Register }) body: z.output<typeof schemas.Register>,
  ): Promise<{ userId: string; status: string }> {
    return this.registerAccount.execute(body);
  }

  @Post('verify-email')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.Status })
  @Access('public')
  verifyEmail(@Body({ schema: schemas.Token }) { token }: z.output<typeof schemas.Token>): Promise<{ status: string }> {
    return this.verify.execute(token);
  }

  @Post('resend-verification')
  @RateLimit(MAILING)
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: responses.Status })
  @Access('public')
  async resendVerification(
    @Body({ schema: schemas.Email }) { email }: z.output<typeof schemas.Email>,
  ): Promise<{ status: string }> {
    await this.resend.execute(email);
    return ACCEPTED;
  }

  @Post('login')
  @RateLimit(SIGNING_IN)
  @HttpCode(200)
  @SecretAnswer()
  @ApiOkResponse({ standardSchema: responses.Tokens })
  @Access('public')
  login(@Body({ schema: schemas.Login }) { email, password }: z.output<typeof schemas.Login>): Promise<Tokens | Refusal> {
    return this.signIn.execute(email, password);
  }

  @Post('refresh')
  @HttpCode(200)
  @SecretAnswer()
  @ApiOkResponse({ standardSchema: responses.Tokens })
  @Access('public')
  refresh(
    @Body({ schema: schemas.RefreshToken }) { refreshToken }: z.output<typeof schemas.RefreshToken>,
  ): Promise<Tokens | Refusal> {
    return this.refreshTokens.execute(refreshToken);
  }

  @Post('logout')
  @HttpCode(204)
  @ApiNoContentResponse()
  @Access('public')
  logout(@Body({ schema: schemas.RefreshToken }) { refreshToken }: z.output<typeof schemas.RefreshToken>): Promise<void> {
    return this.signOut.execute(refreshToken);
  }

  @Post('forgot-password')
  @RateLimit(MAILING)
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: responses.Status })
  @Access('public')
  async forgotPassword(@Body({ schema: schemas.Email }) { email }: z.output<typeof schemas.Email>): Promise<{ status: string }> {
    await this.forgot.execute(email);
    return ACCEPTED;
  }

  @Post('reset-password')
  @HttpCode(204)
  @ApiNoContentResponse()
  @Access('public')
  resetPassword(
    @Body({ schema: schemas.ResetPassword }) { token, password }: z.output<typeof schemas.ResetPassword>,
  ): Promise<void> {
    return this.reset.execute(token, password);
  }

  @Post('guardian-consent')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.Decision })
  @Access('public')
  guardianConsent(
    @Body({ schema: schemas.GuardianConsent }) { token, decision }: z.output<typeof schemas.GuardianConsent>,
  ): ReturnType<DecideGuardianConsentUseCase['execute']> {
    return this.decide.execute(token, decision);
  }

  @Get('sessions')
  @ApiOkResponse({ standardSchema: responses.Sessions })
  @Access('student', 'tutor', 'admin', 'superadmin')
  sessions(@CurrentPrincipal() me: Principal): ReturnType<ListSessionsUseCase['execute']> {
    return this.listSessions.execute(me.id);
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  @Access('student', 'tutor', 'admin', 'superadmin')
  endSession(@CurrentPrincipal() me: Principal, @Param('id', { schema: schemas.SessionId }) id: string): Promise<void> {
    return this.revokeSession.execute(id, me.id);
  }
}
