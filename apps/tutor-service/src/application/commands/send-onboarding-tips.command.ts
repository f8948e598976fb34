export class SendOnboardingTipsCommand {
  static readonly COMMAND_NAME = 'tutor-service.send-onboarding-tips';

  constructor(readonly tutorId: string) {}
}
