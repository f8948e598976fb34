export class InitializeTutorDashboardCommand {
  static readonly COMMAND_NAME = 'tutor-service.initialize-tutor-dashboard';

  constructor(readonly tutorId: string) {}
}
