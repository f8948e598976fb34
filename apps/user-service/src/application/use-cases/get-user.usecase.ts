import { Injectable } from '@nestjs/common';
import { NotFound } from '@edtech/shared-kernel/domain';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { viewFor, type PublicUserView, type UserView } from '../views/user.view.ts';
import { isStaff, type Viewer } from '../views/viewer.ts';

@Injectable()
export class GetUserUseCase {
  constructor(private readonly users: UserRepository) {}

  /** Throws NotFound, also for a user whom the viewer may not see. */
  async execute(userId: string, viewer: Viewer): Promise<UserView | PublicUserView> {
    if (viewer.id !== userId && !isStaff(viewer)) throw new NotFound('User', userId);
    return viewFor(viewer, await this.users.get(userId));
  }
}
