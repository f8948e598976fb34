import { Injectable } from '@nestjs/common';
import { Clock, Refusal, Transaction } from '@edtech/shared-kernel/application';
import type { Account } from '../../domain/entities/account.entity.ts';
import { Session } from '../../domain/entities/session.entity.ts';
import { AccountLocked, InvalidCredentials } from '../../domain/errors/identity.errors.ts';
import { lockDue, locked, lockedUntil, withFailure, type Lockout } from '../../domain/value-objects/lockout.vo.ts';
import { IdentityProvider } from '../interfaces/identity-provider.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { Secrets } from '../interfaces/secrets.ts';
import { SessionRepository } from '../interfaces/session-repository.ts';
import { Strangers } from '../interfaces/strangers.ts';
import { SESSION_MS, TokenGrants, type Tokens } from '../tokens.ts';

@Injectable()
export class LoginUseCase {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly strangers: Strangers,
    private readonly sessions: SessionRepository,
    private readonly provider: IdentityProvider,
    private readonly secrets: Secrets,
    private readonly grants: TokenGrants,
    private readonly transaction: Transaction,
    private readonly clock: Clock,
  ) {}

  /**
   * An address without account is treated like one whose password is wrong: the same work, the same answers, the same lock. Answers a
   * Refusal with InvalidCredentials, whose failure counts. Throws AccountLocked, NotVerified, AccountDisabled.
   */
  async execute(email: string, password: string): Promise<Tokens | Refusal> {
    const known = await this.accounts.findByEmail(email);
    if (known === undefined) mustNotBeLocked(await this.strangers.lockoutOf(email), this.clock.now());
    else known.mustNotBeLocked(this.clock.now());
    const matches = await this.provider.passwordMatches(known?.id, password);
    return this.transaction.run(async () => {
      const account = known && (await this.accounts.hold(known.id));
      if (account === undefined) return this.#refuseStranger(email);
      // Again, for all who were checked at the same time: whoever comes after the third failure learns nothing about the password.
      account.mustNotBeLocked(this.clock.now());
      if (!matches) return this.#refuse(account);
      account.mustBeUsable();
      return this.#begin(account);
    });
  }

  async #begin(account: Account): Promise<Tokens> {
    const { secret, hash } = this.secrets.next();
    const session = Session.begin({
      id: crypto.randomUUID(),
      userId: account.id,
      tokenHash: hash,
      now: this.clock.now(),
      livesMs: SESSION_MS,
    });
    await this.sessions.add(session);
    return this.grants.grant(account, session.state.id, secret);
  }

  async #refuse(account: Account): Promise<Refusal> {
    account.failLogin(this.clock.now());
    await this.accounts.save(account);
    return new Refusal(new InvalidCredentials());
  }

  async #refuseStranger(email: string): Promise<Refusal> {
    const now = this.clock.now();
    const before = await this.strangers.hold(email);
    mustNotBeLocked(before, now);
    const failed = withFailure(before, now.toISOString());
    const until = lockDue(failed, now.toISOString());
    await this.strangers.save(email, until === undefined ? failed : locked(until));
    return new Refusal(new InvalidCredentials());
  }
}

function mustNotBeLocked(lockout: Lockout, now: Date): void {
  const until = lockedUntil(lockout, now);
  if (until !== undefined) throw new AccountLocked(until);
}
