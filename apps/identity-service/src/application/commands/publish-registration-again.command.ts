export class PublishRegistrationAgainCommand {
  static readonly COMMAND_NAME = 'identity-service.publish-registration-again';

  constructor(readonly userId: string) {}
}
