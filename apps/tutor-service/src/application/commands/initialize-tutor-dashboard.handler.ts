import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { TutorDashboards } from '../interfaces/tutor-dashboards.interface.ts';
import { InitializeTutorDashboardCommand } from './initialize-tutor-dashboard.command.ts';

/** Nothing for a tutor who was erased meanwhile. Figures that were counted before stay. */
@CommandHandler(InitializeTutorDashboardCommand)
export class InitializeTutorDashboardHandler implements ICommandHandler<InitializeTutorDashboardCommand> {
  constructor(
    private readonly profiles: TutorProfileRepository,
    private readonly dashboards: TutorDashboards,
  ) {}

  async execute({ tutorId }: InitializeTutorDashboardCommand): Promise<void> {
    const profile = await this.profiles.find(tutorId);
    if (profile === undefined) return;
    await this.dashboards.initialize(tutorId);
    profile.initializeDashboard();
    await this.profiles.save(profile);
  }
}
