import { Injectable } from '@nestjs/common';
import { Account } from '../../domain/entities/account.entity.ts';
import type { UserCard } from '../../domain/value-objects/user-card.vo.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';
import { SessionRepository } from '../interfaces/session-repository.ts';
import { IdentitySessionsRevokedEvent } from '../../domain/events/identity-sessions-revoked.event.ts';
import { UserCards, type UserNews } from '../interfaces/user-cards.ts';

/**
 * Takes what an event says of a user onto the user's card and brings the account in step with it: claims, standing, and an invitation for a
 * user who did not register here. Any order of the events, with repetitions, leads to the same card and account. Inside a unit of work.
 */
@Injectable()
export class LearnAboutUserUseCase {
  constructor(
    private readonly cards: UserCards,
    private readonly accounts: AccountRepository,
    private readonly sessions: SessionRepository,
  ) {}

  /** Throws EmailTaken when the address of a user who is to be invited belongs to an account that is in use. */
  async execute(news: UserNews): Promise<void> {
    const card = await this.cards.learn(news);
    if (card.erased) return;
    const account = (await this.accounts.hold(card.userId)) ?? (await this.#invited(card));
    if (account === undefined) return;
    account.follow(card);
    const revoked = account.getUncommittedEvents().some((event) => event instanceof IdentitySessionsRevokedEvent);
    await this.accounts.save(account);
    if (revoked) await this.sessions.endAll(account.id);
  }

  async #invited({ userId, person, role }: UserCard): Promise<Account | undefined> {
    if (person === undefined || role === undefined) return undefined;
    const holder = await this.accounts.findByEmail(person.email);
    if (holder !== undefined && !holder.state.userConfirmed) {
      // user-service decides whose address it is, and it has refused this registration or is about to.
      holder.cancel('address_taken');
      await this.accounts.save(holder);
    }
    return Account.invite(userId, person, role);
  }
}
