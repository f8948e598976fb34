import { Injectable } from '@nestjs/common';
import { Erasures } from '../interfaces/erasures.ts';
import { Guardians } from '../interfaces/guardians.ts';
import { IdentityProvider } from '../interfaces/identity-provider.ts';
import { MailTokens } from '../interfaces/mail-tokens.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { SessionRepository } from '../interfaces/session-repository.ts';
import { UserCards } from '../interfaces/user-cards.ts';

/** Forgets the person and the account, and confirms it, also for a user without account. What still arrives is not kept. Inside a unit of work. */
@Injectable()
export class EraseAccountUseCase {
  constructor(
    private readonly cards: UserCards,
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly tokens: MailTokens,
    private readonly guardians: Guardians,
    private readonly erasures: Erasures,
    private readonly provider: IdentityProvider,
  ) {}

  async execute(userId: string): Promise<void> {
    await this.cards.erase(userId);
    const account = await this.accounts.hold(userId);
    if (account !== undefined) {
      account.disable('erased');
      await this.accounts.save(account);
      await this.accounts.erase(userId);
      await this.sessions.endAll(userId);
      await this.tokens.forget(userId);
      await this.guardians.forget(userId);
    }
    await this.erasures.confirm(userId);
    await this.provider.remove(userId);
  }
}
