import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { EraseUserCommand } from './erase-user.command.ts';

/** Forgets the person in this service's rows; what the log holds of the past stays until the log is encrypted per subject. */
@CommandHandler(EraseUserCommand)
export class EraseUserHandler implements ICommandHandler<EraseUserCommand> {
  constructor(private readonly users: UserRepository) {}

  async execute({ userId }: EraseUserCommand): Promise<void> {
    const user = await this.users.get(userId);
    user.erase();
    await this.users.save(user);
  }
}
