import { Injectable } from '@nestjs/common';
import { Transaction } from '@edtech/shared-kernel/application';
import { Guardians } from '../interfaces/guardians.ts';
import { IdentityProvider } from '../interfaces/identity-provider.ts';
import { MailTokens } from '../interfaces/mail-tokens.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { SessionRepository } from '../interfaces/session-repository.ts';

@Injectable()
export class CancelRegistrationUseCase {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly tokens: MailTokens,
    private readonly guardians: Guardians,
    private readonly provider: IdentityProvider,
    private readonly transaction: Transaction,
  ) {}

  /** Gives the address free and forgets the rest. An account that somebody uses stays; repeating it changes nothing. */
  async execute(userId: string, reason: string): Promise<void> {
    await this.transaction.run(async () => {
      const account = await this.accounts.hold(userId);
      if (account === undefined) return;
      account.cancel(reason);
      if (account.getUncommittedEvents().length === 0) return;
      await this.accounts.save(account);
      await this.sessions.endAll(userId);
      await this.tokens.forget(userId);
      await this.guardians.forget(userId);
      await this.provider.remove(userId);
    });
  }
}
