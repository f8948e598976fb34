import { Injectable } from '@nestjs/common';
import { Transaction } from '@edtech/shared-kernel/application';
import { TokenExpired } from '../../domain/errors/identity.errors.ts';
import type { ConsentDecision } from '../../domain/entities/guardian-consent.entity.ts';
import { Guardians } from '../interfaces/guardians.ts';
import { MailTokens } from '../interfaces/mail-tokens.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class DecideGuardianConsentUseCase {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly tokens: MailTokens,
    private readonly guardians: Guardians,
    private readonly transaction: Transaction,
  ) {}

  /** Throws TokenExpired, AlreadyDecided. */
  async execute(token: string, decision: ConsentDecision): Promise<{ decision: ConsentDecision }> {
    return this.transaction.run(async () => {
      const account = await this.accounts.hold(await this.tokens.ownerOf(token, 'guardian'));
      if (account === undefined) throw new TokenExpired();
      account.decideConsent(decision);
      await this.accounts.save(account);
      await this.guardians.forget(account.id);
      return { decision };
    });
  }
}
