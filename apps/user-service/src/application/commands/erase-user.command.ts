export class EraseUserCommand {
  static readonly COMMAND_NAME = 'user-service.erase-user';

  constructor(readonly userId: string) {}
}
