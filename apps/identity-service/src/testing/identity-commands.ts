import type { CommandInput } from '@edtech/shared-kernel/testing';
import { MailTokens, type MailPurpose } from '../application/interfaces/mail-tokens.ts';
import { DecideGuardianConsentUseCase } from '../application/use-cases/decide-guardian-consent.usecase.ts';
import { ForgotPasswordUseCase } from '../application/use-cases/forgot-password.usecase.ts';
import { LoginUseCase } from '../application/use-cases/login.usecase.ts';
import { RegisterUseCase, type Registration } from '../application/use-cases/register.usecase.ts';
import { ResetPasswordUseCase } from '../application/use-cases/reset-password.usecase.ts';
import { VerifyEmailUseCase } from '../application/use-cases/verify-email.usecase.ts';
import { SERVICE_NAME } from '../constants.ts';

const PASSWORD = 'Correct-Horse-7';

function command(label: string, run: CommandInput['run']): CommandInput {
  return { kind: 'command', service: SERVICE_NAME, label, actor: { id: 'anonymous' }, run };
}

/** With the link of a mail that has just come. */
function byMail(
  label: string,
  userId: string,
  purpose: MailPurpose,
  use: (token: string, app: Parameters<CommandInput['run']>[0]) => Promise<unknown>,
): CommandInput {
  return command(label, async (app) => use(await app.get(MailTokens).issue(userId, purpose), app));
}

/** The commands of identity-service as its clients send them. */
export const identityCommands = {
  register: (userId: string, registration: Omit<Registration, 'password'>): CommandInput =>
    command(`register ${userId}`, (app) => app.get(RegisterUseCase).execute({ ...registration, password: PASSWORD }, userId)),
  verify: (userId: string): CommandInput =>
    byMail(`verify ${userId}`, userId, 'verification', (token, app) => app.get(VerifyEmailUseCase).execute(token)),
  decideConsent: (userId: string, decision: 'granted' | 'declined'): CommandInput =>
    byMail(`consent ${decision} for ${userId}`, userId, 'guardian', (token, app) =>
      app.get(DecideGuardianConsentUseCase).execute(token, decision),
    ),
  login: (email: string, password = PASSWORD): CommandInput =>
    command(`login of ${email}`, (app) => app.get(LoginUseCase).execute(email, password)),
  forgotPassword: (email: string): CommandInput =>
    command(`${email} forgot the password`, (app) => app.get(ForgotPasswordUseCase).execute(email)),
  resetPassword: (userId: string): CommandInput =>
    byMail(`new password of ${userId}`, userId, 'password', (token, app) =>
      app.get(ResetPasswordUseCase).execute(token, 'Another-Horse-8'),
    ),
};
