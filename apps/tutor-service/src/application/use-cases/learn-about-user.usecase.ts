import { Injectable } from '@nestjs/common';
import { TutorProfile } from '../../domain/entities/tutor-profile.entity.ts';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { UserCards, type UserNews } from '../interfaces/user-cards.interface.ts';

/**
 * Takes what an event says of a user onto the user's card and brings the profile in step with it: a draft for whoever is or was a tutor,
 * suspended while the user may not teach. Any order of a user's events, with repetitions, leads to the same card and profile.
 */
@Injectable()
export class LearnAboutUserUseCase {
  constructor(
    private readonly cards: UserCards,
    private readonly profiles: TutorProfileRepository,
  ) {}

  async execute(news: UserNews): Promise<void> {
    const card = await this.cards.learn(news);
    const profile = (await this.profiles.find(news.userId)) ?? (card.tutor && TutorProfile.create(news.userId, card.tutor));
    if (profile === undefined) return;
    profile.reconsider(card.standing);
    if (card.unlistingDue !== undefined) {
      profile.setListed(false);
      await this.cards.unlisted(news.userId, card.unlistingDue);
    }
    await this.profiles.save(profile);
  }
}
