import { Injectable } from '@nestjs/common';
import { Clock, Transaction } from '@edtech/shared-kernel/application';
import { Account, type NewAccount } from '../../domain/entities/account.entity.ts';
import { checkPassword } from '../../domain/value-objects/password.vo.ts';
import { Guardians } from '../interfaces/guardians.ts';
import { IdentityProvider } from '../interfaces/identity-provider.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';

export interface Registration extends Omit<NewAccount, 'id'> {
  readonly password: string;
}

@Injectable()
export class RegisterUseCase {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly provider: IdentityProvider,
    private readonly guardians: Guardians,
    private readonly transaction: Transaction,
    private readonly clock: Clock,
  ) {}

  /** Throws WeakPassword, ImpossibleBirthDate, MinorCannotTeach, GuardianRequired, EmailTaken. */
  async execute(
    { password, ...person }: Registration,
    userId: string = crypto.randomUUID(),
  ): Promise<{ userId: string; status: string }> {
    checkPassword(password);
    const account = Account.register({ ...person, id: userId }, this.clock.now());
    return this.transaction.run(async () => {
      await this.accounts.save(account);
      if (account.state.isMinor && person.guardianEmail !== undefined)
        await this.guardians.remember(userId, person.guardianEmail);
      // Last: a provider elsewhere hears only of a registration that nothing here refuses any more.
      await this.provider.signUp(userId, account.state.email, password);
      return { userId, status: account.status };
    });
  }
}
