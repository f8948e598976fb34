export class SendWelcomeEmailCommand {
  static readonly COMMAND_NAME = 'tutor-service.send-welcome-email';

  constructor(
    readonly tutorId: string,
    readonly email: string,
  ) {}
}
