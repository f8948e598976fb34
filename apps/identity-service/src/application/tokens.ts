import { Injectable } from '@nestjs/common';
import { days } from '@edtech/shared-kernel/application';
import { ACCESS_SECONDS, REFRESH_DAYS } from '../constants.ts';
import type { Account } from '../domain/entities/account.entity.ts';
import { AccessTokens } from './interfaces/access-tokens.ts';
import { AccountRepository } from './interfaces/repository.interface.ts';
import { UserCards } from './interfaces/user-cards.ts';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Of the access token, in seconds. */
  readonly expiresIn: number;
}

export const SESSION_MS = days(REFRESH_DAYS);

/** What somebody who has signed in takes along. */
@Injectable()
export class TokenGrants {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly cards: UserCards,
    private readonly accessTokens: AccessTokens,
  ) {}

  /** Inside the unit of work that holds the account: the token is newer than every revocation before it, and older than every one after it. */
  async grant(account: Account, sessionId: string, refreshToken: string): Promise<Tokens> {
    const { id: userId, role, duties } = account.state;
    const card = await this.cards.find(userId);
    const after = await this.accounts.sessionsRevokedAt(userId);
    const claims = { userId, sessionId, role, duties, tutorVerified: card?.tutorVerified ?? false, after };
    return { accessToken: await this.accessTokens.issue(claims), refreshToken, expiresIn: ACCESS_SECONDS };
  }
}
