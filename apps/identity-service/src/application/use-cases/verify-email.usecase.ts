import { Injectable } from '@nestjs/common';
import { Transaction } from '@edtech/shared-kernel/application';
import { TokenExpired } from '../../domain/errors/identity.errors.ts';
import { MailTokens } from '../interfaces/mail-tokens.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class VerifyEmailUseCase {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly tokens: MailTokens,
    private readonly transaction: Transaction,
  ) {}

  /** Throws TokenExpired. */
  async execute(token: string): Promise<{ status: string }> {
    return this.transaction.run(async () => {
      const account = await this.accounts.hold(await this.tokens.take(token, 'verification'));
      if (account === undefined) throw new TokenExpired();
      account.verifyEmail(crypto.randomUUID());
      await this.accounts.save(account);
      return { status: account.status };
    });
  }
}
