import { Injectable } from '@nestjs/common';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { ownView, type UserView } from '../views/user.view.ts';

interface TutorApplication {
  /** Added to the skills; the listing itself is tutor-service's. */
  readonly subjects?: readonly string[] | undefined;
  readonly bio?: string | undefined;
}

@Injectable()
export class BecomeTutorUseCase {
  constructor(private readonly users: UserRepository) {}

  /** Throws UserNotActive, AlreadyTutor, ForbiddenTransition, ProfileRuleViolated. */
  async execute(userId: string, { subjects = [], bio }: TutorApplication): Promise<UserView> {
    const user = await this.users.get(userId);
    user.becomeTutor({ bio, skills: [...new Set([...user.state.skills, ...subjects])] });
    await this.users.save(user);
    return ownView(user);
  }
}
