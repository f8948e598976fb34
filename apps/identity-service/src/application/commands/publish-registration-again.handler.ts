import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Registrations } from '../interfaces/registrations.ts';
import { PublishRegistrationAgainCommand } from './publish-registration-again.command.ts';

@CommandHandler(PublishRegistrationAgainCommand)
export class PublishRegistrationAgainHandler implements ICommandHandler<PublishRegistrationAgainCommand> {
  constructor(private readonly registrations: Registrations) {}

  execute({ userId }: PublishRegistrationAgainCommand): Promise<void> {
    return this.registrations.publishAgain(userId);
  }
}
