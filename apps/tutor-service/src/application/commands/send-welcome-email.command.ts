/** Without the address: commands are stored for good, and an erased user must be forgotten. */
export class SendWelcomeEmailCommand {
  static readonly COMMAND_NAME = 'tutor-service.send-welcome-email';

  constructor(readonly tutorId: string) {}
}
