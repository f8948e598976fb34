import { Injectable } from '@nestjs/common';
import { Transaction } from '@edtech/shared-kernel/application';
import { TokenExpired } from '../../domain/errors/identity.errors.ts';
import { checkPassword } from '../../domain/value-objects/password.vo.ts';
import { IdentityProvider } from '../interfaces/identity-provider.ts';
import { MailTokens } from '../interfaces/mail-tokens.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { SessionRepository } from '../interfaces/session-repository.ts';

@Injectable()
export class ResetPasswordUseCase {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly tokens: MailTokens,
    private readonly provider: IdentityProvider,
    private readonly transaction: Transaction,
  ) {}

  /** Sets a first or another password; all sessions end. Throws WeakPassword, TokenExpired. */
  async execute(token: string, password: string): Promise<void> {
    checkPassword(password);
    await this.transaction.run(async () => {
      const account = await this.accounts.hold(await this.tokens.take(token, 'password'));
      if (account === undefined) throw new TokenExpired();
      account.changePassword(crypto.randomUUID());
      await this.accounts.save(account);
      await this.sessions.endAll(account.id);
      await this.provider.changePassword(account.id, account.state.email, password);
    });
  }
}
