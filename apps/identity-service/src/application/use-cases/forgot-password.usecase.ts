import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class ForgotPasswordUseCase {
  constructor(private readonly accounts: AccountRepository) {}

  /** Does nothing, and says nothing, for an unknown address. */
  async execute(email: string): Promise<void> {
    const account = await this.accounts.findByEmail(email);
    if (account === undefined) return;
    account.requestPasswordReset();
    await this.accounts.save(account);
  }
}
