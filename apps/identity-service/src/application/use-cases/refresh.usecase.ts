import { Injectable } from '@nestjs/common';
import { Clock, Refusal, Transaction } from '@edtech/shared-kernel/application';
import { SessionEnded, TokenReused } from '../../domain/errors/identity.errors.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { Secrets } from '../interfaces/secrets.ts';
import { SessionRepository } from '../interfaces/session-repository.ts';
import { SESSION_MS, TokenGrants, type Tokens } from '../tokens.ts';

@Injectable()
export class RefreshUseCase {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
    private readonly secrets: Secrets,
    private readonly grants: TokenGrants,
    private readonly transaction: Transaction,
    private readonly clock: Clock,
  ) {}

  /**
   * Exchanges a refresh token, which is good once, for new tokens with the claims of now. Answers a Refusal with TokenReused for one that was
   * exchanged before: its session is over then. Throws SessionEnded, NotVerified, AccountDisabled.
   */
  async execute(refreshToken: string): Promise<Tokens | Refusal> {
    const presented = this.secrets.hashOf(refreshToken);
    const owner = (await this.sessions.findByToken(presented))?.state.userId;
    if (owner === undefined) throw new SessionEnded();
    return this.transaction.run(async () => {
      const account = await this.accounts.hold(owner);
      const now = this.clock.now();
      const session = await this.sessions.findByToken(presented);
      if (account === undefined || session === undefined || session.hasEnded(now)) throw new SessionEnded();
      if (session.isReusedBy(presented)) {
        account.revokeSessions('token_reused');
        await this.accounts.save(account);
        await this.sessions.end(session.state.id, account.id);
        return new Refusal(new TokenReused());
      }
      account.mustBeUsable();
      const { secret, hash } = this.secrets.next();
      await this.sessions.rotate(session.rotated(hash, now, SESSION_MS), presented);
      return this.grants.grant(account, session.state.id, secret);
    });
  }
}
