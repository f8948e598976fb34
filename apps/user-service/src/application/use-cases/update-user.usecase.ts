import { Injectable } from '@nestjs/common';
import type { ProfileUpdate } from '../../domain/value-objects/user-profile.vo.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { ownView, type UserView } from '../views/user.view.ts';

@Injectable()
export class UpdateUserUseCase {
  constructor(private readonly users: UserRepository) {}

  /** Throws NotFound, PreconditionFailed, UserSuspended, InvalidState, ProfileRuleViolated. */
  async execute(userId: string, update: ProfileUpdate, expectedVersion?: number): Promise<UserView> {
    const user = await this.users.get(userId);
    user.expectVersion(expectedVersion);
    user.updateProfile(update);
    await this.users.save(user);
    return ownView(user);
  }
}
