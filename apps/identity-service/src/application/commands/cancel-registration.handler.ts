import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CancelRegistrationUseCase } from '../use-cases/cancel-registration.usecase.ts';
import { CancelRegistrationCommand } from './cancel-registration.command.ts';

@CommandHandler(CancelRegistrationCommand)
export class CancelRegistrationHandler implements ICommandHandler<CancelRegistrationCommand> {
  constructor(private readonly cancel: CancelRegistrationUseCase) {}

  execute({ userId, reason }: CancelRegistrationCommand): Promise<void> {
    return this.cancel.execute(userId, reason);
  }
}
