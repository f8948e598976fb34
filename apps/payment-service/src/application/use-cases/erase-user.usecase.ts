import { Injectable } from '@nestjs/common';
import { Erasures } from '../interfaces/erasures.interface.ts';
import { PayoutAccounts } from '../interfaces/payout-accounts.interface.ts';

/** Forgets whom the provider charges and pays, and confirms it, also for a user who is not known here. Payments stay: they name nobody. */
@Injectable()
export class EraseUserUseCase {
  constructor(
    private readonly accounts: PayoutAccounts,
    private readonly erasures: Erasures,
  ) {}

  async execute(userId: string): Promise<void> {
    await this.accounts.forget(userId);
    await this.erasures.confirm(userId);
  }
}
