import { Injectable } from '@nestjs/common';
import { Erasures } from '../interfaces/erasures.interface.ts';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { UserCards } from '../interfaces/user-cards.interface.ts';

/** Forgets the person and the profile, and confirms it, also for a user who never was a tutor. What still arrives is not kept. */
@Injectable()
export class EraseTutorUseCase {
  constructor(
    private readonly cards: UserCards,
    private readonly profiles: TutorProfileRepository,
    private readonly erasures: Erasures,
  ) {}

  async execute(userId: string): Promise<void> {
    const card = await this.cards.erase(userId);
    const profile = await this.profiles.find(userId);
    if (profile !== undefined) {
      profile.reconsider(card.standing);
      await this.profiles.save(profile);
      await this.profiles.erase(userId);
    }
    await this.erasures.confirm(userId);
  }
}
