import { Injectable } from '@nestjs/common';
import { NotFound } from '@edtech/shared-kernel/domain';
import { TutorProfile } from '../../domain/entities/tutor-profile.entity.ts';
import { AlreadyExists } from '../../domain/errors/tutor.errors.ts';
import type { Person } from '../../domain/value-objects/user-card.vo.ts';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { UserCards } from '../interfaces/user-cards.interface.ts';
import { tutorProfileView, type TutorProfileView } from '../views/tutor-profile.view.ts';

/** A draft at the word of another service, before the user's own events have come. */
@Injectable()
export class CreateTutorProfileUseCase {
  constructor(
    private readonly cards: UserCards,
    private readonly profiles: TutorProfileRepository,
  ) {}

  async execute({ userId, ...person }: Person & { readonly userId: string }): Promise<TutorProfileView> {
    const card = await this.cards.learn({ userId, version: 0, person, tutorSince: 0 });
    if (card.tutor === undefined) throw new NotFound('User', userId);
    if ((await this.profiles.find(userId)) !== undefined) throw new AlreadyExists(userId);
    const profile = TutorProfile.create(userId, card.tutor);
    await this.profiles.save(profile);
    return tutorProfileView(profile);
  }
}
