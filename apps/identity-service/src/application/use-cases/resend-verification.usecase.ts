import { Injectable } from '@nestjs/common';
import { AccountRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class ResendVerificationUseCase {
  constructor(private readonly accounts: AccountRepository) {}

  /** Does nothing, and says nothing, for an address that is unknown or verified. */
  async execute(email: string): Promise<void> {
    const account = await this.accounts.findByEmail(email);
    if (account === undefined) return;
    account.requestVerification();
    await this.accounts.save(account);
  }
}
