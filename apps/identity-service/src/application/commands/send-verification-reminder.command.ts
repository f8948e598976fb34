/** Without the address: commands are stored for good, and a cancelled registration must be forgotten. */
export class SendVerificationReminderCommand {
  static readonly COMMAND_NAME = 'identity-service.send-verification-reminder';

  constructor(readonly userId: string) {}
}
