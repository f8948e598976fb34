import { Injectable } from '@nestjs/common';
import { NotFound } from '@edtech/shared-kernel/domain';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { UserCards } from '../interfaces/user-cards.interface.ts';

@Injectable()
export class SubmitForVerificationUseCase {
  constructor(
    private readonly cards: UserCards,
    private readonly profiles: TutorProfileRepository,
  ) {}

  async execute(tutorId: string): Promise<{ attempt: number }> {
    const card = await this.cards.hold(tutorId);
    if (card === undefined) throw new NotFound('Tutor', tutorId);
    const profile = await this.profiles.get(tutorId);
    const attempt = profile.submit(card.standing);
    await this.profiles.save(profile);
    return { attempt };
  }
}
