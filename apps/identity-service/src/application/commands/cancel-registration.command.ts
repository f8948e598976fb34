export class CancelRegistrationCommand {
  static readonly COMMAND_NAME = 'identity-service.cancel-registration';

  constructor(
    readonly userId: string,
    readonly reason: string,
  ) {}
}
