import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Mailer, messageContext } from '@edtech/shared-kernel/application';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { UserCards } from '../interfaces/user-cards.interface.ts';
import { SendOnboardingTipsCommand } from './send-onboarding-tips.command.ts';

/** The last step. Nothing for a user who was erased, suspended or is no tutor any more: a draft has no timers to cancel for that. */
@CommandHandler(SendOnboardingTipsCommand)
export class SendOnboardingTipsHandler implements ICommandHandler<SendOnboardingTipsCommand> {
  constructor(
    private readonly cards: UserCards,
    private readonly profiles: TutorProfileRepository,
    private readonly mailer: Mailer,
  ) {}

  async execute({ tutorId }: SendOnboardingTipsCommand): Promise<void> {
    const [card, profile] = [await this.cards.find(tutorId), await this.profiles.find(tutorId)];
    if (card?.facts.person === undefined || card.standing.bar !== undefined || profile === undefined) return;
    profile.completeOnboarding();
    await this.mailer.send({
      to: card.facts.person.email,
      subject: 'Tips for your first lessons',
      text: 'Answer within a day, keep your calendar up to date and say in your profile what a first lesson looks like.\n',
      messageId: messageContext().messageId,
    });
    await this.profiles.save(profile);
  }
}
