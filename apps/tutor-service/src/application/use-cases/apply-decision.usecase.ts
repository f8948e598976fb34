import { Injectable } from '@nestjs/common';
import type { Decision } from '../../domain/value-objects/verification-decision.vo.ts';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { UserCards } from '../interfaces/user-cards.interface.ts';

/** Nothing for a tutor who was erased meanwhile. */
@Injectable()
export class ApplyDecisionUseCase {
  constructor(
    private readonly cards: UserCards,
    private readonly profiles: TutorProfileRepository,
  ) {}

  async execute(tutorId: string, decision: Decision): Promise<void> {
    const card = await this.cards.hold(tutorId);
    const profile = await this.profiles.find(tutorId);
    if (card === undefined || profile === undefined) return;
    profile.applyDecision(decision, card.standing);
    await this.profiles.save(profile);
  }
}
