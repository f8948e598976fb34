import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EraseUserUseCase } from '../use-cases/erase-user.usecase.ts';
import { EraseUserCommand } from './erase-user.command.ts';

@CommandHandler(EraseUserCommand)
export class EraseUserHandler implements ICommandHandler<EraseUserCommand> {
  constructor(private readonly eraseUser: EraseUserUseCase) {}

  execute({ userId }: EraseUserCommand): Promise<void> {
    return this.eraseUser.execute(userId);
  }
}
